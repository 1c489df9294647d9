package org.volvox.fs;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.FileKind;
import org.volvox.base.syscall.FileStat;

/**
 * A file or directory without its name. {@code size} is in bytes for a file and in entries for a
 * directory; {@code inline} says that the file's bytes are in the store itself.
 */
record Inode(
    long id,
    FileKind kind,
    long size,
    WallTime modified,
    WallTime changed,
    Bytes digest,
    boolean inline) {
  static final long ROOT = 1;
  private static final WallTime NEVER = new WallTime(0);

  static Inode directory(long id, WallTime now) {
    return new Inode(id, FileKind.DIRECTORY, 0, now, now, Bytes.EMPTY, false);
  }

  /** The inode, if there is one; the root is there from the start. */
  static Optional<Inode> find(long id, OrderedStore.Reader state) {
    Optional<Inode> found = Rows.find(FsKeys.key('i', id), state, in -> read(id, in));
    return found.isEmpty() && id == ROOT ? Optional.of(directory(ROOT, NEVER)) : found;
  }

  /** The inode that a name refers to, which must be there. */
  static Inode of(long id, OrderedStore.Reader state) {
    return find(id, state).orElseThrow(() -> Invariant.broken("a name refers to no inode: " + id));
  }

  void store(OrderedStore.Batch batch) {
    batch.put(
        FsKeys.key('i', id),
        Rows.begin()
            .u8(kind.code())
            .u64(size)
            .u64(modified.millis())
            .u64(changed.millis())
            .bytes(digest)
            .bool(inline)
            .toBytes());
  }

  static void delete(long id, OrderedStore.Batch batch) {
    batch.delete(FsKeys.key('i', id));
  }

  boolean isDirectory() {
    return kind == FileKind.DIRECTORY;
  }

  /** A directory after its number of entries changed. */
  Inode withEntries(long change, WallTime now) {
    Invariant.check(isDirectory() && size + change >= 0, "entries of an inode", this, change);
    return new Inode(id, kind, size + change, now, now, digest, inline);
  }

  Inode changedAt(WallTime now) {
    return new Inode(id, kind, size, modified, now, digest, inline);
  }

  Inode modifiedAt(WallTime time, WallTime now) {
    return new Inode(id, kind, size, time, now, digest, inline);
  }

  FileStat stat() {
    return new FileStat(id, kind, size, modified, changed, digest);
  }

  private static Inode read(long id, ByteReader in) throws MalformedException {
    return new Inode(
        id,
        FileKind.ofCode(in.u8()),
        in.u64(),
        new WallTime(in.u64()),
        new WallTime(in.u64()),
        in.bytes(),
        in.bool());
  }
}
