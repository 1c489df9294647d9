package org.volvox.cli.backup;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.backup.DataPart;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.cli.Human;
import org.volvox.cli.ProgressLine;
import org.volvox.client.Backups;
import org.volvox.client.DataCopy;
import org.volvox.node.backup.BackupContents;
import org.volvox.node.backup.BackupFile;

/**
 * One backup on its way: the state first, then the data of available spaces, then each block that
 * the state refers to, some fetched ahead. All the while the cluster is kept from deleting any.
 */
final class BackupRun implements Backups.Sink {
  /** Blocks fetched ahead: with 4 MiB each a part of the command's memory. */
  private static final int AHEAD = 4;

  /** A third of what a hold lasts. */
  private static final long HOLD_EVERY_NANOS = Duration.ofSeconds(20).toNanos();

  private final Backups backups;
  private final BackupFile file;
  private final ProgressLine line;
  private long heldNanos;

  /** A block that is being fetched. */
  private record Fetch(HeldBlock block, Future<Bytes> bytes) {}

  BackupRun(Backups backups, BackupFile file, ProgressLine line) {
    this.backups = backups;
    this.file = file;
    this.line = line;
  }

  /**
   * What came of it.
   *
   * @param unheard nodes of whose changes of available spaces some may be missing
   */
  record Made(BackupContents contents, List<NodeId> unheard) {}

  Made run() throws IOException, InterruptedException {
    backups.holdDeletions();
    heldNanos = System.nanoTime();
    DataCopy data = backups.data();
    backups.state(this);
    List<NodeId> unheard = data.run(new DataSink());
    copyBlocks();
    BackupContents contents =
        file.finish((done, total) -> line.say("reads back " + Human.bytes(done)));
    return new Made(contents, unheard);
  }

  /** Takes the data of available spaces. */
  private final class DataSink implements DataCopy.Sink {
    @Override
    public void begin(NodeId from) throws IOException {
      file.beginData();
    }

    @Override
    public void part(DataPart part) throws IOException {
      file.data(part);
      line.say("available spaces, " + Human.bytes(file.bytes()));
      hold();
    }
  }

  @Override
  public void begin(NodeId from, long about) throws IOException {
    file.begin();
  }

  @Override
  public void part(SnapshotPart part) throws IOException {
    file.part(part);
    line.say("state, " + Human.bytes(file.bytes()));
    hold();
  }

  private void copyBlocks() throws IOException, InterruptedException {
    List<HeldBlock> blocks = file.blocks();
    long total = file.bytes() + blocks.stream().mapToLong(HeldBlock::length).sum();
    Iterator<HeldBlock> left = blocks.iterator();
    Deque<Fetch> ahead = new ArrayDeque<>();
    try (ExecutorService fetches = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        while (left.hasNext() || !ahead.isEmpty()) {
          while (left.hasNext() && ahead.size() < AHEAD) {
            HeldBlock next = left.next();
            ahead.add(new Fetch(next, fetches.submit(() -> backups.block(next))));
          }
          Fetch first = ahead.remove();
          file.block(first.block(), result(first.bytes()));
          line.on(file.bytes(), Math.max(total, file.bytes()));
          hold();
        }
      } finally {
        fetches.shutdownNow();
      }
    }
  }

  private static Bytes result(Future<Bytes> bytes) throws IOException, InterruptedException {
    try {
      return bytes.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private void hold() throws IOException {
    if (System.nanoTime() - heldNanos < HOLD_EVERY_NANOS) {
      return;
    }
    try {
      backups.holdDeletions();
      heldNanos = System.nanoTime();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
