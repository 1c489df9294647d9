package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Some rows of the process table by pid, and whether more follow. */
public record ProcessPage(List<ProcessRow> rows, boolean more) {
  public ProcessPage {
    rows = List.copyOf(rows);
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    Wire.list(out, rows, (to, row) -> row.write(to));
    return out.bool(more).toBytes();
  }

  public static ProcessPage decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "process page",
        in -> new ProcessPage(Wire.list(in, 40, ProcessRow::read), in.bool()));
  }
}
