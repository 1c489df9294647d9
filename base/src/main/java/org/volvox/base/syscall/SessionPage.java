package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Term;

/**
 * Some sessions in order of id, the latest term that the state has seen, and whether more follow.
 */
public record SessionPage(Term term, List<SessionRow> rows, boolean more) {
  public SessionPage {
    rows = List.copyOf(rows);
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin().u64(term.value());
    Wire.list(out, rows, (to, row) -> row.write(to));
    return out.bool(more).toBytes();
  }

  public static SessionPage decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "session page",
        in -> new SessionPage(Wire.term(in), Wire.list(in, 40, SessionRow::read), in.bool()));
  }
}
