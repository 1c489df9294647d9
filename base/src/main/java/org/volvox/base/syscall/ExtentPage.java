package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * A file, its bytes if they are inline, and else some of its extents in order of offset, and
 * whether more follow.
 */
public record ExtentPage(FileStat stat, Bytes inline, List<Extent> extents, boolean more) {
  public ExtentPage {
    extents = List.copyOf(extents);
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    stat.write(out);
    out.bytes(inline);
    Wire.list(out, extents, (to, extent) -> extent.write(to));
    out.bool(more);
    return out.toBytes();
  }

  public static ExtentPage decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "extent page",
        in ->
            new ExtentPage(
                FileStat.read(in), in.bytes(), Wire.list(in, 32, Extent::read), in.bool()));
  }
}
