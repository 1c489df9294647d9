package org.volvox.fs;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.UploadRow;

/**
 * An upload under way: its extents are those of an inode that has no name yet. {@code session} is
 * none when the one that owned it ended; it is then given up at {@code dropAtMillis}. {@code used}
 * of {@code allocated} block ids are in its extents.
 */
record Upload(
    long id,
    String path,
    Bytes token,
    SessionId session,
    long inode,
    long size,
    long bytes,
    long allocated,
    long used,
    long dropAtMillis) {

  static Optional<Upload> find(long id, OrderedStore.Reader state) {
    return Rows.find(FsKeys.key('u', id), state, in -> read(id, in));
  }

  void store(OrderedStore.Batch batch) {
    batch.put(
        FsKeys.key('u', id),
        Rows.begin()
            .text(path)
            .bytes(token)
            .u64(session.value())
            .u64(inode)
            .u64(size)
            .u64(bytes)
            .u64(allocated)
            .u64(used)
            .u64(dropAtMillis)
            .toBytes());
  }

  Upload ownedBy(SessionId owner, long dropMillis) {
    return new Upload(id, path, token, owner, inode, size, bytes, allocated, used, dropMillis);
  }

  Upload allocating(int count) {
    return new Upload(
        id, path, token, session, inode, size, bytes, allocated + count, used, dropAtMillis);
  }

  Upload appending(int blocks, long newBytes) {
    return new Upload(
        id, path, token, session, inode, size, newBytes, allocated, used + blocks, dropAtMillis);
  }

  UploadRow row() {
    return new UploadRow(id, path, session, size, bytes);
  }

  private static Upload read(long id, ByteReader in) throws MalformedException {
    return new Upload(
        id,
        in.text(),
        in.bytes(),
        new SessionId(in.u64()),
        in.u64(),
        in.u64(),
        in.u64(),
        in.u64(),
        in.u64(),
        in.u64());
  }
}
