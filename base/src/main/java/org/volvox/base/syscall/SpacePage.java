package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Some key spaces in the order of their names, and whether more follow. */
public record SpacePage(List<SpaceRow> rows, boolean more) {
  public SpacePage {
    rows = List.copyOf(rows);
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    Wire.list(out, rows, (to, row) -> row.write(to));
    return out.bool(more).toBytes();
  }

  public static SpacePage decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "page of spaces",
        in -> new SpacePage(Wire.list(in, SpaceRow.ENCODED_BYTES_MIN, SpaceRow::read), in.bool()));
  }
}
