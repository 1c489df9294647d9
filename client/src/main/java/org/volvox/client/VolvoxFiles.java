package org.volvox.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.volvox.base.Api;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Extent;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.FileStat;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.calls.message.BlockMessage;

/**
 * The cluster's one tree of files. Paths are absolute; names are any UTF-8 of at most 255 bytes.
 */
@Api
public final class VolvoxFiles {
  private final Requests requests;

  /**
   * How many of a file's blocks a node says it holds, and how many more it is to hold and lacks;
   * when it does not answer, why.
   */
  @Api
  public record Holding(NodeId node, int held, int lacking, int ofBlocks, String failure) {}

  /** How many copies each block shall have, and how many blocks have so many. */
  @Api
  public record Copies(int wanted, SortedMap<Integer, Integer> blocksByCopies) {
    public Copies {
      blocksByCopies = Collections.unmodifiableSortedMap(new TreeMap<>(blocksByCopies));
    }

    /** Of how many blocks fewer copies are there than shall be. */
    public int blocksShort() {
      return blocksByCopies.headMap(wanted).values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** Where a file's blocks are, as the nodes say that answer. */
  @Api
  public record Whereabouts(List<Holding> holdings, Copies copies) {
    public Whereabouts {
      holdings = List.copyOf(holdings);
    }
  }

  VolvoxFiles(Requests requests) {
    this.requests = requests;
  }

  public FileStat stat(String path) throws VolvoxException, InterruptedException {
    try {
      return FileStat.decode(requests.query(new FileAsk.Stat(path)));
    } catch (VolvoxException e) {
      throw e.during("cannot stat " + path);
    } catch (MalformedException e) {
      throw Requests.malformed("cannot stat " + path, e);
    }
  }

  /** Whether there is a directory at this path; a path that cannot be has none. */
  public boolean isDirectory(String path) throws VolvoxException, InterruptedException {
    try {
      return stat(path).isDirectory();
    } catch (VolvoxException e) {
      if (e.kind() == VolvoxException.Kind.REFUSED) {
        return false;
      }
      throw e;
    }
  }

  /** Gives the entries of a directory in bytewise order of names, page by page; a file's own. */
  public void list(String path, Consumer<FileEntry> each)
      throws VolvoxException, InterruptedException {
    Listing entries = listing(path);
    for (Optional<FileEntry> next = entries.next(); next.isPresent(); next = entries.next()) {
      each.accept(next.get());
    }
  }

  Listing listing(String path) {
    return new Listing(requests, path);
  }

  public void mkdir(String path, boolean parents) throws VolvoxException, InterruptedException {
    change("cannot make directory " + path, new FileCall.Mkdir(path, parents));
  }

  public void move(String from, String to) throws VolvoxException, InterruptedException {
    change("cannot move " + from + " to " + to, new FileCall.Rename(from, to));
  }

  /** Removes a file or an empty directory, or with {@code recursive} all below it. */
  public void remove(String path, boolean recursive) throws VolvoxException, InterruptedException {
    change("cannot remove " + path, new FileCall.Remove(path, recursive));
  }

  private void change(String what, FileCall call) throws VolvoxException, InterruptedException {
    try {
      requests.command(call);
    } catch (VolvoxException e) {
      throw e.during(what);
    }
  }

  /** Stores a local file under a path, replacing a file that is there; resumes a broken put. */
  public FileStat put(Path local, String path, Progress progress)
      throws IOException, InterruptedException {
    return new Upload(requests, local, path, progress).run();
  }

  /**
   * Stores these bytes under a path as one small file, replacing a file that is there; one command
   * in the log, so it is there whole or not at all.
   *
   * @throws IllegalArgumentException if there are more than {@link FileLimits#INLINE_BYTES_MAX}
   */
  public FileStat write(String path, Bytes data) throws VolvoxException, InterruptedException {
    if (data.length() > FileLimits.INLINE_BYTES_MAX) {
      throw new IllegalArgumentException(
          data.length() + " bytes; at most " + FileLimits.INLINE_BYTES_MAX + ", else use put");
    }
    try {
      FileCall call = new FileCall.WriteSmall(path, data, Digests.of(data.toArray()));
      return FileStat.decode(requests.command(call));
    } catch (VolvoxException e) {
      throw e.during("cannot store " + path);
    } catch (MalformedException e) {
      throw Requests.malformed("cannot store " + path, e);
    }
  }

  /** Fetches a file, verified, to a local path: it appears there whole or not at all. */
  public FileStat get(String path, Path local, Progress progress)
      throws IOException, InterruptedException {
    return new Download(requests, path, progress).toFile(local);
  }

  /**
   * Writes a file's bytes to a stream as they come; each block is verified before it is written.
   */
  public FileStat copy(String path, OutputStream target, Progress progress)
      throws IOException, InterruptedException {
    return new Download(requests, path, progress).toStream(target);
  }

  /**
   * Stores all below a local folder under a path; files that are there and equal are left alone.
   */
  public TreeTransfer.Summary putTree(Path local, String path, TreeTransfer.Watcher watcher)
      throws IOException, InterruptedException {
    return new TreeTransfer(this, watcher).put(local, path);
  }

  /** Fetches all below a directory; files that are there and equal are left alone. */
  public TreeTransfer.Summary getTree(String path, Path local, TreeTransfer.Watcher watcher)
      throws IOException, InterruptedException {
    return new TreeTransfer(this, watcher).get(path, local);
  }

  /** Asks each node which of a file's blocks it holds. */
  public List<Holding> where(String path) throws IOException, InterruptedException {
    return whereabouts(path).holdings();
  }

  /** Asks each node which of a file's blocks it holds, and compares with the placement table. */
  public Whereabouts whereabouts(String path) throws IOException, InterruptedException {
    List<BlockId> blocks = new ArrayList<>();
    new Download(requests, path, Progress.NONE).extents(extent -> blocks.add(extent.block()));
    PlacementTable table = new Blocks(requests).placement();
    SortedMap<BlockId, Integer> copies = new TreeMap<>();
    blocks.forEach(block -> copies.put(block, 0));
    List<Holding> holdings = new ArrayList<>();
    for (NodeId node : requests.connections().nodes()) {
      holdings.add(holding(node, blocks, table, copies));
    }
    SortedMap<Integer, Integer> byCopies = new TreeMap<>();
    copies.values().forEach(count -> byCopies.merge(count, 1, Integer::sum));
    return new Whereabouts(holdings, new Copies(table.copies(), byCopies));
  }

  private Holding holding(
      NodeId node, List<BlockId> blocks, PlacementTable table, SortedMap<BlockId, Integer> copies)
      throws InterruptedException {
    TreeSet<BlockId> held = new TreeSet<>();
    try {
      for (int from = 0; from < blocks.size(); from += BlockMessage.LIST_MAX) {
        List<BlockId> some =
            blocks.subList(from, Math.min(blocks.size(), from + BlockMessage.LIST_MAX));
        Bytes answer =
            requests.askAt(
                node, Method.BLOCK_LIST, new BlockMessage.Have(some).encode(), requests.timeout());
        held.addAll(BlockMessage.Listed.decode(answer).blocks());
      }
    } catch (CallException | MalformedException e) {
      return new Holding(node, 0, 0, blocks.size(), String.valueOf(e.getMessage()));
    }
    held.forEach(block -> copies.merge(block, 1, Integer::sum));
    int lacking =
        (int)
            blocks.stream()
                .filter(block -> table.group(block).targets().contains(node))
                .filter(block -> !held.contains(block))
                .count();
    return new Holding(node, held.size(), lacking, blocks.size(), "");
  }

  /** How many of a file's bytes each node should hold, most first; for the scheduler. */
  List<NodeId> nearest(String path) throws IOException, InterruptedException {
    Blocks blocks = new Blocks(requests);
    Map<NodeId, Long> bytes = new LinkedHashMap<>();
    for (Extent extent : new Download(requests, path, Progress.NONE).firstExtents()) {
      for (NodeId holder : blocks.placement().group(extent.block()).holders()) {
        bytes.merge(holder, (long) extent.length(), Long::sum);
      }
    }
    return bytes.entrySet().stream()
        .sorted(Map.Entry.<NodeId, Long>comparingByValue().reversed())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether a local file has exactly these bytes. */
  static boolean isEqual(Path local, FileStat stat) throws IOException {
    return Files.isRegularFile(local)
        && Files.size(local) == stat.size()
        && stat.digest().length() == FileLimits.DIGEST_BYTES
        && Digests.ofFile(local).equals(stat.digest());
  }
}
