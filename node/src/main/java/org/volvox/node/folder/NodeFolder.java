package org.volvox.node.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.node.folder.FolderException.Kind;

/**
 * A node's own folder, opened and locked by the running node. Each opening counts the incarnation
 * up durably before anything else is touched, so two runs of a node never look alike to a peer.
 *
 * <p>A folder without meta or without its log has been wiped: the node may have voted and
 * acknowledged what it no longer knows, so it refuses to start. So does one that was removed from
 * its cluster.
 */
public final class NodeFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeFolder.class);

  private static final int SOCKET_PATH_BYTES_MAX = 107;

  /** There once the node is known to be removed. */
  private static final String REMOVED = "removed";

  /** There once the node has a log, without which it must not start again. */
  private static final String BEGUN = "begun";

  private final Path path;
  private final FileChannel lockFile;
  private final NodeMeta meta;
  private final ConfigJson.Parsed parsed;

  private NodeFolder(Path path, FileChannel lockFile, NodeMeta meta, ConfigJson.Parsed parsed) {
    this.path = path;
    this.lockFile = lockFile;
    this.meta = meta;
    this.parsed = parsed;
  }

  /** Makes the folder of a new node; meta comes last, so that a folder with meta is complete. */
  static void create(Path path, ConfigJson.Owner owner, ClusterConfig config) throws IOException {
    DurableFiles.makeFolder(path);
    DurableFiles.makeFolder(path.resolve("wal"));
    DurableFiles.replace(path.resolve("node.json"), ConfigJson.write(config, Optional.of(owner)));
    new ClockFile(path.resolve("clock")).write(new ClockFile.Reserved(0, 0));
    NodeMeta meta = new NodeMeta(ConfigJson.FORMAT, config.clusterId(), owner.node(), 0);
    DurableFiles.replace(path.resolve("meta"), meta.encode().toArray());
  }

  /** Locks the folder, checks it, and counts its incarnation up. */
  public static NodeFolder open(Path path) throws FolderException {
    if (!Files.exists(path)) {
      throw new FolderException(Kind.MISSING, "no node folder " + path);
    }
    if (!Files.isDirectory(path)) {
      throw new FolderException(Kind.NOT_A_FOLDER, path + " is not a folder");
    }
    requireMeta(path); // Before LOCK is made: a wrong folder stays untouched.
    FileChannel lockFile = lock(path);
    try {
      NodeMeta old = meta(path);
      ConfigJson.Parsed parsed = ConfigJson.read(path.resolve("node.json"));
      requireSame(path, old, parsed);
      if (isRemoved(path)) {
        throw new FolderException(Kind.REMOVED, removedText(old.node(), path));
      }
      if (!Files.isDirectory(path.resolve("wal"))) {
        throw new FolderException(
            Kind.META_MISSING,
            path
                + " has lost its log (wal/): "
                + old.node()
                + " must not start from nothing; "
                + replaceIt(old.node()));
      }
      NodeMeta meta = old.nextIncarnation();
      DurableFiles.replace(path.resolve("meta"), meta.encode().toArray());
      return new NodeFolder(path, lockFile, meta, parsed);
    } catch (FolderException e) {
      closeQuietly(lockFile);
      throw e;
    } catch (IOException e) {
      closeQuietly(lockFile);
      throw new FolderException(
          Kind.FAILED, "cannot write " + path.resolve("meta") + ": " + e.getMessage(), e);
    }
  }

  /** A node's folder that no node uses meanwhile, to be looked at and left as it is. */
  public record Stopped(NodeId node, Path path, FileChannel lockFile) implements AutoCloseable {
    @Override
    public void close() {
      closeQuietly(lockFile);
    }
  }

  /** Holds the lock of a node that does not run, and changes nothing. */
  public static Stopped look(Path path) throws FolderException {
    if (!Files.isDirectory(path)) {
      throw new FolderException(Kind.MISSING, "no node folder " + path);
    }
    requireMeta(path);
    NodeId node = meta(path).node();
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path.resolve("LOCK"), StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        return new Stopped(node, path, channel);
      }
    } catch (NoSuchFileException e) {
      throw new FolderException(Kind.MISSING, path + " has no LOCK: its node never ran", e);
    } catch (OverlappingFileLockException e) {
      closeQuietly(channel);
      throw locked(path, e);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new FolderException(Kind.FAILED, "cannot lock " + path + ": " + e.getMessage(), e);
    }
    closeQuietly(channel);
    throw locked(path, null);
  }

  public Path path() {
    return path;
  }

  public NodeId node() {
    return meta.node();
  }

  public ClusterId clusterId() {
    return meta.clusterId();
  }

  /** How often the node was started, this start counted. */
  public long incarnation() {
    return meta.incarnation();
  }

  public ClusterConfig config() {
    return parsed.config();
  }

  /** Whether the node was made to join a cluster that there was; it founds none. */
  public boolean isJoining() {
    return parsed.isJoining();
  }

  /** What to do about a node that has lost what it promised. */
  public static String replaceIt(NodeId node) {
    return "put a new node in its place: volvox node replace " + node;
  }

  /** What is said of a node that belongs to the cluster no more. */
  public static String removedText(NodeId node, Path folder) {
    return node
        + " was removed from the cluster, and its id is never used again: "
        + folder
        + " can be deleted";
  }

  /** Whether a folder is known to be of a node that was removed. */
  public static boolean isRemoved(Path folder) {
    return Files.exists(folder.resolve(REMOVED));
  }

  /** A node is known to be removed: from now on it does not start in this folder. */
  public static void markRemoved(NodeId node, Path folder) throws IOException {
    DurableFiles.replace(folder.resolve(REMOVED), mark(node + " was removed from the cluster"));
  }

  /** Whether the node ever had a log. */
  public boolean hasBegun() {
    return Files.exists(path.resolve(BEGUN));
  }

  /** The node has a log: from now on it does not start without it. */
  public void markBegun() throws IOException {
    if (!hasBegun()) {
      DurableFiles.replace(path.resolve(BEGUN), mark(node() + " has promised what wal/ says"));
    }
  }

  private static byte[] mark(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A folder in this folder, made if missing. */
  public Path folder(String name) throws IOException {
    Path folder = path.resolve(name);
    DurableFiles.makeFolder(folder);
    return folder;
  }

  /** The Unix socket to serve at, unless the system cannot have one at so long a path. */
  public Optional<Path> socket() {
    Path socket = file("sock");
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > SOCKET_PATH_BYTES_MAX) {
      LOG.warn("{} is too long a path for a Unix socket; clients come by TLS", socket);
      return Optional.empty();
    }
    return Optional.of(socket);
  }

  public Path file(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() {
    closeQuietly(lockFile); // Frees the lock.
  }

  private static FileChannel lock(Path path) throws FolderException {
    Path file = path.resolve("LOCK");
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        channel.truncate(0);
        String pid = ProcessHandle.current().pid() + "\n";
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      closeQuietly(channel);
      throw locked(path, e);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new FolderException(Kind.FAILED, "cannot lock " + file + ": " + e.getMessage(), e);
    }
    closeQuietly(channel);
    throw locked(path, null);
  }

  private static FolderException locked(Path path, @Nullable Throwable cause) {
    String holder = "";
    try {
      holder = " (process " + Files.readString(path.resolve("LOCK")).strip() + ")";
    } catch (IOException e) {
      holder = ""; // The lock holds whether or not its owner's id can be read.
    }
    return new FolderException(
        Kind.LOCKED,
        path + " is in use by a running node" + holder + ": stop that one first",
        cause == null ? new IllegalStateException("locked") : cause);
  }

  private static void requireMeta(Path path) throws FolderException {
    if (!Files.exists(path.resolve("meta"))) {
      throw new FolderException(
          Kind.META_MISSING,
          path
              + " has no meta: the folder was wiped or is not a node's; a node that lost its"
              + " state must not vote, so it does not start"
              + named(path));
    }
  }

  /** A wiped folder still has its name, which says whose it was. */
  private static String named(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.matches("n[1-9]\\d{0,4}") && Integer.parseInt(name.substring(1)) <= 0xFFFF
        ? "; " + replaceIt(new NodeId(Integer.parseInt(name.substring(1))))
        : "";
  }

  /** Whose folder it is; changes nothing. */
  public static NodeMeta meta(Path path) throws FolderException {
    Path file = path.resolve("meta");
    try {
      NodeMeta meta = NodeMeta.decode(Bytes.wrap(Files.readAllBytes(file)));
      if (meta.format() > ConfigJson.FORMAT) {
        throw ConfigJson.newer(path, meta.format());
      }
      return meta;
    } catch (NoSuchFileException e) {
      throw new FolderException(Kind.META_MISSING, path + " has no meta", e);
    } catch (MalformedException e) {
      throw new FolderException(Kind.DAMAGED, file + " is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new FolderException(Kind.FAILED, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static void requireSame(Path path, NodeMeta meta, ConfigJson.Parsed parsed)
      throws FolderException {
    boolean same =
        parsed.config().clusterId().equals(meta.clusterId())
            && parsed.node().equals(Optional.of(meta.node()))
            && parsed.config().member(meta.node()).isPresent();
    if (!same) {
      throw new FolderException(
          Kind.DAMAGED, "meta and node.json in " + path + " do not name the same node and cluster");
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
