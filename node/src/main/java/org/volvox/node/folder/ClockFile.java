package org.volvox.node.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.node.folder.FolderException.Kind;

/**
 * The file {@code clock}: up to which Lamport value and event number the node may count before it
 * must write again. A restarted node goes on above both, so it repeats neither.
 *
 * <pre>
 * u8 version (1)   u64 clock reserved   u64 event number reserved   u32 CRC-32C
 * </pre>
 */
public final class ClockFile {
  private static final int VERSION = 1;

  /** How far both are reserved. */
  public record Reserved(long clockTicks, long eventSeq) {}

  private final Path file;

  public ClockFile(Path file) {
    this.file = file;
  }

  public Reserved read() throws FolderException {
    try {
      Bytes bytes = Bytes.wrap(Files.readAllBytes(file));
      ByteReader in = new ByteReader(bytes);
      if (in.u8() > VERSION) {
        throw ConfigJson.newer(file, bytes.at(0));
      }
      Reserved reserved = new Reserved(in.u64(), in.u64());
      int covered = in.position();
      if (in.u32() != bytes.slice(0, covered).crc32c()) {
        throw new MalformedException("its checksum does not match");
      }
      return reserved;
    } catch (NoSuchFileException e) {
      throw new FolderException(
          Kind.META_MISSING, file + " is missing: the node's clock would run backwards", e);
    } catch (MalformedException e) {
      throw new FolderException(Kind.DAMAGED, file + " is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new FolderException(Kind.FAILED, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  public void write(Reserved reserved) throws IOException {
    ByteWriter out = new ByteWriter();
    out.u8(VERSION).u64(reserved.clockTicks()).u64(reserved.eventSeq());
    DurableFiles.replace(file, out.u32(out.toBytes().crc32c()).toBytes().toArray());
  }
}
