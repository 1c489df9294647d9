package org.volvox.node.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.backup.BackupRecord;
import org.volvox.base.backup.DataPart;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.fs.Transplant;
import org.volvox.storage.BackupWriter;

/**
 * A backup being written: the state part by part, then the data that merges, then each block that
 * the state refers to. It is under its name once it is finished, and leaves nothing if it is closed
 * before. One thread uses it.
 */
public final class BackupFile implements AutoCloseable {
  private final BackupWriter writer;
  private final BackupRecord.Head head;
  private NameCount names = new NameCount();
  private DataPieces data = new DataPieces();
  private final List<HeldBlock> blocks = new ArrayList<>();

  private BackupFile(BackupWriter writer, BackupRecord.Head head) {
    this.writer = writer;
    this.head = head;
  }

  /** Begins a backup in a file that must not be there. */
  public static BackupFile create(Path file, BackupRecord.Head head) throws IOException {
    return new BackupFile(BackupWriter.create(file), head);
  }

  /** The state's parts come, from the first. */
  public void begin() throws IOException {
    writer.restart();
    writer.write(head);
    names = new NameCount();
    blocks.clear();
  }

  public void part(SnapshotPart part) throws IOException {
    writer.write(new BackupRecord.Part(part));
    names.add(part);
    if (part instanceof SnapshotPart.Chunk chunk) {
      for (SnapshotPart.Pair pair : chunk.pairs()) {
        Transplant.block(pair.key(), pair.value()).ifPresent(blocks::add);
      }
    }
  }

  /** The parts of the data that merges come, from the first; what came of them before is gone. */
  public void beginData() throws IOException {
    writer.restartBehindState();
    data = new DataPieces();
  }

  /** A part of the data that merges, behind the state and before the blocks. */
  public void data(DataPart part) throws IOException {
    try {
      var _ = data.take(part);
    } catch (MalformedException e) {
      throw new IOException("the data that merges cannot be read: " + e.getMessage(), e);
    }
    writer.write(new BackupRecord.Data(part));
  }

  /** The blocks that the parts so far refer to, in the order in which they are to be written. */
  public List<HeldBlock> blocks() {
    return List.copyOf(blocks);
  }

  public void block(HeldBlock block, Bytes data) throws IOException {
    writer.write(new BackupRecord.Block(block.block(), block.crc32c(), data));
  }

  /** Bytes of the file so far. */
  public long bytes() {
    return writer.bytes();
  }

  /** Makes it durable, reads it back and gives it its name. */
  public BackupContents finish(BackupProgress progress) throws IOException {
    writer.finish(progress::on);
    return BackupContents.of(writer.check(), names, writer.bytes());
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
