package org.volvox.node.backup;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.backup.BackupCheck;
import org.volvox.base.backup.BackupRecord;
import org.volvox.base.backup.DataPart;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.crdt.Message;
import org.volvox.crdt.ReplicaCopy;
import org.volvox.node.folder.ClusterConfig;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.FolderTree;
import org.volvox.storage.BackupReader;

/**
 * Makes the folder of a new cluster from a backup.
 *
 * <ol>
 *   <li>cluster.json comes last, as when a cluster is made empty: what is not whole is no cluster,
 *       and a failure leaves nothing.
 *   <li>The new cluster has an id and an authority of its own, so neither side ever accepts a
 *       frame, a key or a log of the other; its log begins behind the backup's last entry, so that
 *       ids that are made of log indexes never come again.
 *   <li>Each node gets the data that merges, with an id of its own as a replica.
 *   <li>Sessions and processes end; blocks lie where the new nodes' table wants them.
 * </ol>
 */
public final class Restore {
  private final BackupReader reader;
  private final BackupProgress progress;
  private final long totalBytes;
  private final List<RestoredNode> nodes = new ArrayList<>();
  private final DataPieces data = new DataPieces();
  private Optional<PlacementTable> table = Optional.empty();

  /** What came of it. */
  public record Summary(
      ClusterId from,
      ClusterFolder cluster,
      LogIndex index,
      long dataEntries,
      BackupRecord.End counts) {}

  private Restore(BackupReader reader, BackupProgress progress, long totalBytes) {
    this.reader = reader;
    this.progress = progress;
    this.totalBytes = totalBytes;
  }

  /** Fills a folder that is empty or not there, with one node an address. */
  public static Summary run(
      Path file, Path folder, List<InetSocketAddress> addresses, BackupProgress progress)
      throws FolderException, IOException {
    ClusterFolder.requireEmpty(folder);
    boolean isNew = !Files.exists(folder);
    try (BackupReader reader = BackupReader.open(file)) {
      Restore restore = new Restore(reader, progress, Files.size(file));
      ClusterFolder made = ClusterFolder.create(folder, addresses, restore::fill);
      BackupCheck check = reader.check();
      return new Summary(
          check.head().orElseThrow().cluster(),
          made,
          restore.header().index(),
          check.data().atoms(),
          check.end());
    } catch (FolderException | IOException | RuntimeException e) {
      clear(folder, isNew, e);
      throw e;
    }
  }

  private static void clear(Path folder, boolean isNew, Exception because) {
    try {
      if (isNew) {
        FolderTree.delete(folder);
      } else {
        FolderTree.deleteContents(folder); // It was empty.
      }
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  private SnapshotPart.Header header() {
    return reader.check().snapshot().header().orElseThrow();
  }

  private void fill(ClusterConfig config, ClusterFolder.Places places) throws IOException {
    try (ExecutorService disks = Executors.newFixedThreadPool(config.nodes().size())) {
      for (NodeId node : config.nodes()) {
        nodes.add(new RestoredNode(node, places.folder(node), config));
      }
      reader.readAll(record -> {
        switch (record) {
          case BackupRecord.Head _, BackupRecord.End _ -> {}
          case BackupRecord.Part(var part) -> take(part, disks);
          case BackupRecord.Data(var part) -> take(part, disks);
          case BackupRecord.Block block -> take(block, disks);
        }
        progress.on(reader.position(), totalBytes);
      });
    } finally {
      close();
    }
  }

  private void take(SnapshotPart part, ExecutorService disks) throws IOException {
    switch (part) {
      case SnapshotPart.Header _ -> {}
      case SnapshotPart.Chunk chunk ->
          onAll(
              disks,
              nodes,
              node -> {
                node.put(chunk);
                return Optional.empty();
              });
      case SnapshotPart.End _ -> {
        String reason =
            "the cluster it ran in was backed up, and this one was restored from the backup";
        List<Optional<PlacementTable>> tables =
            onAll(disks, nodes, node -> Optional.of(node.own(header(), reason)));
        table = tables.getFirst();
      }
    }
  }

  private void take(DataPart part, ExecutorService disks) throws IOException, MalformedException {
    List<Message.Piece> pieces = data.take(part);
    ReplicaCopy of = data.copy();
    onAll(
        disks,
        nodes,
        node -> {
          node.put(pieces);
          if (part instanceof DataPart.End) {
            node.finish(of);
          }
          return Optional.empty();
        });
  }

  private void take(BackupRecord.Block block, ExecutorService disks) throws IOException {
    List<NodeId> holders = table.orElseThrow().group(block.block()).holders();
    onAll(
        disks,
        nodes.stream().filter(node -> holders.contains(node.id())).toList(),
        node -> {
          node.put(block);
          return Optional.empty();
        });
  }

  /** Something done to one node's folder. */
  private interface Work<T> {
    T on(RestoredNode node) throws IOException;
  }

  /** Does it to all at once: each waits for a disk. */
  private static <T> List<T> onAll(ExecutorService disks, List<RestoredNode> all, Work<T> work)
      throws IOException {
    List<Future<T>> futures = new ArrayList<>();
    for (RestoredNode node : all) {
      Callable<T> task = () -> work.on(node);
      futures.add(disks.submit(task));
    }
    List<T> done = new ArrayList<>();
    try {
      for (Future<T> future : futures) {
        done.add(future.get());
      }
      return done;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void close() throws IOException {
    for (RestoredNode node : nodes) {
      node.close();
    }
  }
}
