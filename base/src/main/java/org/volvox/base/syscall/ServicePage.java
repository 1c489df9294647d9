package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Some rows of the table of services in their order, and whether more follow. */
public record ServicePage(List<ServiceRow> rows, boolean more) {
  public ServicePage {
    rows = List.copyOf(rows);
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    Wire.list(out, rows, (to, row) -> row.write(to));
    return out.bool(more).toBytes();
  }

  public static ServicePage decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "service page",
        in ->
            new ServicePage(
                Wire.list(in, ServiceRow.ENCODED_BYTES_MIN, ServiceRow::read), in.bool()));
  }
}
