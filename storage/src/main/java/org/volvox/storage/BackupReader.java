package org.volvox.storage;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.backup.BackupCheck;
import org.volvox.base.backup.BackupRecord;

/** Reads a backup from its file, record by record, each checked and in its place. */
public final class BackupReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final InputStream in;
  private final BackupCheck check = new BackupCheck();
  private long position;

  /** Is told how far a file is read or written. */
  public interface Progress {
    void on(long doneBytes, long totalBytes);
  }

  /** Gets each record; one that it finds malformed is damage at that record's place. */
  public interface Sink {
    void on(BackupRecord record) throws IOException, MalformedException;
  }

  private BackupReader(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /** Opens a file that must begin as a backup does. */
  public static BackupReader open(Path file) throws IOException {
    InputStream in;
    try {
      in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException("there is no file " + file);
    }
    Bytes begin = Bytes.wrap(in.readNBytes(BackupRecord.MAGIC.length()));
    if (!begin.equals(BackupRecord.MAGIC)) {
      in.close();
      throw new IOException(file + " is no backup: it does not begin with VXBACKUP");
    }
    BackupReader reader = new BackupReader(file, in);
    reader.position = begin.length();
    return reader;
  }

  public BackupCheck check() {
    return check;
  }

  /** Bytes read so far. */
  public long position() {
    return position;
  }

  /** Hands all records out, to the end; fails if the file is not whole. */
  public void readAll(Sink sink) throws IOException {
    long at = position;
    Optional<BackupRecord> record = next();
    while (record.isPresent()) {
      try {
        sink.on(record.get());
      } catch (MalformedException e) {
        throw damaged(at, e);
      }
      at = position;
      record = next();
    }
  }

  /** The next record; empty behind the end, which nothing follows. */
  public Optional<BackupRecord> next() throws IOException {
    long at = position;
    try {
      if (check.isComplete()) {
        if (in.read() >= 0) {
          throw new MalformedException("something follows the backup's end");
        }
        return Optional.empty();
      }
      int length = u32();
      if (length < 1 || length > BackupRecord.BYTES_MAX) {
        throw new MalformedException("a record of " + length + " bytes");
      }
      Bytes encoded = bytes(length);
      int checksum = u32();
      if (Checksums.crc32c(encoded) != checksum) {
        throw new MalformedException("the checksum does not match");
      }
      BackupRecord record = BackupRecord.decode(encoded);
      check.accept(record, checksum);
      return Optional.of(record);
    } catch (MalformedException e) {
      throw damaged(at, e);
    }
  }

  private IOException damaged(long at, MalformedException e) {
    return new IOException(
        file + " is damaged at byte " + at + ": " + e.getMessage() + "; use another backup", e);
  }

  private int u32() throws IOException, MalformedException {
    return new ByteReader(bytes(4)).u32();
  }

  private Bytes bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    position += bytes.length;
    if (bytes.length < length) {
      throw new IOException(
          file + " ends at byte " + position + ", before the backup does; use another backup");
    }
    return Bytes.wrap(bytes);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
