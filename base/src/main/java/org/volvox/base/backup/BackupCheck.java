package org.volvox.base.backup;

import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Crc32c;
import org.volvox.base.MalformedException;
import org.volvox.base.snapshot.SnapshotCheck;
import org.volvox.base.snapshot.SnapshotPart;

/** Takes a backup's records in, as they are written or read, and refuses what does not follow. */
public final class BackupCheck {
  private final SnapshotCheck snapshot;
  private final DataCheck data = new DataCheck();
  private Optional<BackupRecord.Head> head = Optional.empty();
  private Optional<BlockId> lastBlock = Optional.empty();
  private long blocks;
  private long blockBytes;
  private int checksums;
  private boolean complete;

  public BackupCheck() {
    this.snapshot = new SnapshotCheck();
  }

  private BackupCheck(BackupCheck before) {
    this.snapshot = before.snapshot;
    this.head = before.head;
    this.checksums = before.checksums;
  }

  /**
   * One that takes in what may follow here as well, independent of this.
   *
   * @throws IllegalStateException unless the state's end was the last to come
   */
  public BackupCheck fork() {
    if (!snapshot.isComplete() || data.moment().isPresent() || blocks > 0 || complete) {
      throw new IllegalStateException("a backup forks behind its state");
    }
    return new BackupCheck(this);
  }

  /**
   * Takes the next record over, or fails.
   *
   * @param checksum that of its kind and body
   */
  public void accept(BackupRecord record, int checksum) throws MalformedException {
    if (complete) {
      throw new MalformedException("a backup goes on behind its end");
    }
    if (head.isEmpty() != record instanceof BackupRecord.Head) {
      throw new MalformedException(
          head.isEmpty() ? "a backup begins without its head" : "a backup has two heads");
    }
    switch (record) {
      case BackupRecord.Head first -> head = Optional.of(first);
      case BackupRecord.Part(var part) -> take(part);
      case BackupRecord.Data(var part) -> take(part);
      case BackupRecord.Block block -> take(block);
      case BackupRecord.End end -> {
        if (!isReadyForBlocks() || !end.equals(end())) {
          throw new MalformedException("a backup ends with " + end + ", before it was " + end());
        }
        complete = true;
      }
    }
    byte[] sum = new ByteWriter(4).u32(checksum).toBytes().toArray();
    checksums = Crc32c.update(checksums, sum, 0, sum.length);
  }

  private void take(SnapshotPart part) throws MalformedException {
    if (part instanceof SnapshotPart.Header first
        && !head.map(BackupRecord.Head::cluster).equals(Optional.of(first.cluster()))) {
      throw new MalformedException("a backup has the state of cluster " + first.cluster());
    }
    snapshot.accept(part);
  }

  private void take(DataPart part) throws MalformedException {
    if (!hasData()) {
      throw new MalformedException("a backup of version 1 has data that merges");
    }
    if (!snapshot.isComplete()) {
      throw new MalformedException("a backup has data that merges before the end of its state");
    }
    if (blocks > 0) {
      throw new MalformedException("a backup has data that merges behind a block");
    }
    data.accept(part);
  }

  private boolean hasData() {
    return head.map(BackupRecord.Head::hasData).orElse(false);
  }

  private boolean isReadyForBlocks() {
    return snapshot.isComplete() && (data.isComplete() || !hasData());
  }

  private void take(BackupRecord.Block block) throws MalformedException {
    if (!isReadyForBlocks()) {
      throw new MalformedException(
          "a backup has a block before the end of its "
              + (snapshot.isComplete() ? "data that merges" : "state"));
    }
    if (lastBlock.isPresent() && block.block().compareTo(lastBlock.get()) <= 0) {
      throw new MalformedException("a backup has " + block.block() + " behind " + lastBlock.get());
    }
    if (block.data().crc32c() != block.crc32c()) {
      throw new MalformedException(block.block() + " does not have its checksum");
    }
    lastBlock = Optional.of(block.block());
    blocks++;
    blockBytes += block.data().length();
  }

  /** The end that belongs behind what came so far. */
  public BackupRecord.End end() {
    return new BackupRecord.End(snapshot.pairs(), blocks, blockBytes, checksums);
  }

  public Optional<BackupRecord.Head> head() {
    return head;
  }

  public SnapshotCheck snapshot() {
    return snapshot;
  }

  public DataCheck data() {
    return data;
  }

  /** Whether the end came, and all before it. */
  public boolean isComplete() {
    return complete;
  }

  /** The checksum of a record's kind and body. */
  public static int checksum(Bytes encoded) {
    return encoded.crc32c();
  }
}
