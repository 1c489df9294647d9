package org.volvox.base.syscall;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.WallTime;

/**
 * What a file or directory is. {@code size} is in bytes for a file and in entries for a directory;
 * {@code digest} is the SHA-256 of a file, empty for a directory. {@code changed} is when the entry
 * or its attributes last changed.
 */
public record FileStat(
    long inode, FileKind kind, long size, WallTime modified, WallTime changed, Bytes digest) {
  void write(ByteWriter out) {
    out.u64(inode)
        .u8(kind.code())
        .u64(size)
        .u64(modified.millis())
        .u64(changed.millis())
        .bytes(digest);
  }

  static FileStat read(ByteReader in) throws MalformedException {
    return new FileStat(
        in.u64(),
        FileKind.ofCode(in.u8()),
        in.u64(),
        new WallTime(in.u64()),
        new WallTime(in.u64()),
        in.bytes());
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    write(out);
    return out.toBytes();
  }

  public static FileStat decode(Bytes bytes) throws MalformedException {
    return Wire.decode(bytes, "file stat", FileStat::read);
  }

  public boolean isDirectory() {
    return kind == FileKind.DIRECTORY;
  }
}
