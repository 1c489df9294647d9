package org.volvox.base.syscall;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/** A name in a directory and what it names. */
public record FileEntry(String name, FileStat stat) {
  void write(ByteWriter out) {
    out.text(name);
    stat.write(out);
  }

  static FileEntry read(ByteReader in) throws MalformedException {
    return new FileEntry(in.text(), FileStat.read(in));
  }
}
