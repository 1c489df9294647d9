package org.volvox.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.backup.BackupCheck;
import org.volvox.base.backup.BackupRecord;

/**
 * Writes a backup into one file, for its owner only. Under its name it is there once it is whole,
 * durable and read back; until then it lies in NAME.partial, which goes when the writer is closed.
 */
public final class BackupWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path target;
  private final Path partial;
  private final FileChannel channel;
  private OutputStream out;
  private BackupCheck check = new BackupCheck();
  private long bytes;
  private Optional<Mark> mark = Optional.empty();
  private boolean closed;

  /** A place in the file, and what came before it. */
  private record Mark(long bytes, BackupCheck check) {}

  private BackupWriter(Path target, Path partial, FileChannel channel) throws IOException {
    this.target = target;
    this.partial = partial;
    this.channel = channel;
    this.out = begin(0);
  }

  /** Begins a backup in a file that must not be there. */
  public static BackupWriter create(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    requireFree(target);
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    FileChannel channel =
        FileChannel.open(
            partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      // What a killed backup left is of no use; what a living one writes is locked.
      if (!FolderLock.lock(channel)) {
        throw new IOException("another backup is being written to " + file);
      }
      Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-------"));
      return new BackupWriter(target, partial, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void requireFree(Path target) throws IOException {
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target + " is there already and is left as it is");
    }
  }

  /** Goes on behind so many bytes, with the magic if that is the start. */
  private OutputStream begin(long behind) throws IOException {
    channel.truncate(behind);
    channel.position(behind);
    OutputStream made = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
    bytes = behind;
    if (behind == 0) {
      made.write(BackupRecord.MAGIC.toArray());
      bytes = BackupRecord.MAGIC.length();
    }
    return made;
  }

  /** Throws away what was written and begins anew. */
  public void restart() throws IOException {
    check = new BackupCheck();
    mark = Optional.empty();
    out = begin(0);
  }

  /**
   * Throws away what was written behind the state's end, and goes on from there. The first such
   * call must come right behind that end.
   */
  public void restartBehindState() throws IOException {
    if (mark.isEmpty()) {
      out.flush();
      mark = Optional.of(new Mark(bytes, check.fork()));
    } else {
      Mark at = mark.get();
      check = at.check.fork();
      out = begin(at.bytes);
    }
  }

  public BackupCheck check() {
    return check;
  }

  /** Bytes of the file so far. */
  public long bytes() {
    return bytes;
  }

  /** Appends a record, which must follow what came before. */
  public void write(BackupRecord record) throws IOException {
    Bytes encoded = record.encode();
    int checksum = Checksums.crc32c(encoded);
    try {
      check.accept(record, checksum);
    } catch (MalformedException e) {
      throw new IOException("the backup would be wrong: " + e.getMessage(), e);
    }
    try {
      out.write(new ByteWriter(4).u32(encoded.length()).toBytes().toArray());
      encoded.writeTo(this::writeAll);
      out.write(new ByteWriter(4).u32(checksum).toBytes().toArray());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    bytes += 8L + encoded.length();
  }

  private void writeAll(byte[] array, int offset, int length) {
    try {
      out.write(array, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the backup, makes it durable, reads it back and gives it its name. */
  public void finish(BackupReader.Progress progress) throws IOException {
    write(check.end());
    out.flush();
    channel.force(true);
    try (BackupReader reader = BackupReader.open(partial)) {
      reader.readAll(record -> progress.on(reader.position(), bytes));
      if (!reader.check().end().equals(check.end())) {
        throw new IOException("what was written to " + partial + " does not read back the same");
      }
    }
    requireFree(target);
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    Folders.syncFolder(target.resolveSibling("."));
    closed = true;
    channel.close();
  }

  /** Deletes what is not finished. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      Files.deleteIfExists(partial);
      channel.close();
    }
  }
}
