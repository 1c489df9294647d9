package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Some entries of a directory in bytewise order of names, and whether more follow. */
public record FilePage(List<FileEntry> entries, boolean more) {
  public FilePage {
    entries = List.copyOf(entries);
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    Wire.list(out, entries, (to, entry) -> entry.write(to));
    out.bool(more);
    return out.toBytes();
  }

  public static FilePage decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes, "file page", in -> new FilePage(Wire.list(in, 41, FileEntry::read), in.bool()));
  }
}
