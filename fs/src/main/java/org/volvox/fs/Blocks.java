package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.syscall.BlockPage;
import org.volvox.base.syscall.CopiesReport;
import org.volvox.base.syscall.DeadBlock;
import org.volvox.base.syscall.DeadPage;
import org.volvox.base.syscall.Extent;
import org.volvox.base.syscall.ExtentPage;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.PlacementTable.Group;
import org.volvox.base.syscall.RiskReport;
import org.volvox.base.syscall.StoredBlock;

/**
 * Extents of inodes and the blocks they refer to, group by group.
 *
 * <ol>
 *   <li>A block has a row exactly while one extent refers to it.
 *   <li>A block that died never gets a row again, since ids are not reused.
 *   <li>A dead block stays listed until each node of the placement table has deleted it.
 * </ol>
 */
final class Blocks {
  private Blocks() {}

  static boolean isUsed(BlockId block, OrderedStore.Reader state) {
    return state.get(FsKeys.block(block)).isPresent();
  }

  static void add(long inode, long offset, StoredBlock stored, OrderedStore.Batch batch) {
    var extent = Rows.begin();
    stored.block().encode(extent);
    batch.put(
        FsKeys.key('e', inode, offset), extent.u32(stored.length()).u32(stored.crc32c()).toBytes());
    batch.put(
        FsKeys.block(stored.block()),
        Rows.begin().u32(stored.length()).u32(stored.crc32c()).toBytes());
  }

  /** Lets at most {@code limit} extents of an inode go; returns how many there were. */
  static int release(long inode, int limit, OrderedStore.Batch batch) {
    List<Extent> extents = new ArrayList<>();
    batch.scan(
        FsKeys.key('e', inode, 0),
        FsKeys.key('e', inode + 1, 0),
        Direction.ASCENDING,
        (key, value) -> extents.add(extent(key, value)) && extents.size() < limit);
    for (Extent extent : extents) {
      batch.delete(FsKeys.key('e', inode, extent.offset()));
      batch.delete(FsKeys.block(extent.block()));
      kill(extent.block(), batch);
    }
    return extents.size();
  }

  /** Lists a block that nothing refers to as one to delete. */
  static void kill(BlockId block, OrderedStore.Batch batch) {
    var row = Rows.begin();
    block.encode(row);
    batch.put(FsKeys.key('z', Counters.takeDeath(batch)), row.toBytes());
  }

  static ExtentPage page(Inode inode, long from, int limit, OrderedStore.Reader state) {
    if (inode.inline()) {
      Bytes inline = state.get(FsKeys.key('l', inode.id())).orElse(Bytes.EMPTY);
      return new ExtentPage(inode.stat(), inline, List.of(), false);
    }
    int extentsMax = Math.clamp(limit, 1, FileLimits.PAGE_MAX);
    List<Extent> extents = new ArrayList<>();
    boolean[] more = {false};
    state.scan(
        FsKeys.key('e', inode.id(), startOf(inode, Math.max(0, from), state)),
        FsKeys.key('e', inode.id() + 1, 0),
        Direction.ASCENDING,
        (key, value) -> {
          more[0] = extents.size() == extentsMax;
          return !more[0] && extents.add(extent(key, value));
        });
    return new ExtentPage(inode.stat(), Bytes.EMPTY, extents, more[0]);
  }

  /** The offset of the extent that holds a byte, or the byte's own. */
  private static long startOf(Inode inode, long from, OrderedStore.Reader state) {
    long[] start = {from};
    state.scan(
        FsKeys.key('e', inode.id(), 0),
        FsKeys.after(FsKeys.key('e', inode.id(), from)),
        Direction.DESCENDING,
        (key, value) -> {
          Extent extent = extent(key, value);
          start[0] = extent.end() > from ? extent.offset() : from;
          return false;
        });
    return start[0];
  }

  /** What is not safe without a node, which asks to leave. */
  static RiskReport atRisk(NodeId leaving, List<NodeId> silent, OrderedStore.Reader state) {
    PlacementTable table = Placement.of(state);
    int groups = 0;
    long blocks = 0;
    List<BlockId> first = new ArrayList<>();
    for (int group = 0; group < table.groups().size(); group++) {
      if (!Placement.isSafeWithout(table, table.groups().get(group), leaving, silent)) {
        groups++;
        List<BlockId> found = new ArrayList<>();
        int left = (int) (RiskReport.BLOCKS_MAX - blocks);
        if (left > 0) {
          state.scan(
              FsKeys.groupStart(group),
              FsKeys.groupEnd(group),
              Direction.ASCENDING,
              (key, value) -> found.add(held(key, value).block()) && found.size() < left);
        }
        blocks += found.size();
        found.stream().limit(first.isEmpty() ? 1 : 0).forEach(first::add);
      }
    }
    return new RiskReport(groups, blocks, first.stream().findFirst());
  }

  /** What a node must hold by the table of now. */
  static BlockPage heldBy(
      NodeId node, Optional<BlockId> after, int limit, OrderedStore.Reader state) {
    return page(
        Placement.of(state),
        group -> group.assigned().contains(node),
        new Range(after, limit),
        state);
  }

  /** Where a page begins and how long it may be. */
  private record Range(Optional<BlockId> after, int limit) {}

  private static BlockPage page(
      PlacementTable table, Predicate<Group> wanted, Range range, OrderedStore.Reader state) {
    int blocksMax = Math.clamp(range.limit(), 1, FileLimits.PAGE_MAX);
    List<HeldBlock> blocks = new ArrayList<>();
    boolean[] more = {false};
    int firstGroup = range.after().map(BlockId::group).orElse(0);
    for (int group = firstGroup; group < table.groups().size() && !more[0]; group++) {
      if (wanted.test(table.groups().get(group))) {
        boolean isResumed = range.after().isPresent() && group == firstGroup;
        state.scan(
            isResumed ? FsKeys.after(FsKeys.block(range.after().get())) : FsKeys.groupStart(group),
            FsKeys.groupEnd(group),
            Direction.ASCENDING,
            (key, value) -> {
              more[0] = blocks.size() == blocksMax;
              return !more[0] && blocks.add(held(key, value));
            });
      }
    }
    return new BlockPage(table.epoch(), blocks, more[0]);
  }

  /** What a node need not have by the table of now, of groups that are whole without it. */
  static BlockPage spare(
      NodeId node, Optional<BlockId> after, int limit, OrderedStore.Reader state) {
    PlacementTable table = Placement.of(state);
    return page(table, group -> Spares.isSpare(table, node, group), new Range(after, limit), state);
  }

  /** Blocks with fewer copies than there shall be, by what the nodes said that they have. */
  static CopiesReport copies(List<NodeId> silent, OrderedStore.Reader state) {
    PlacementTable table = Placement.of(state);
    int wanted = Math.min(FileLimits.COPIES, table.nodes().size());
    List<CopiesReport.Row> rows = new ArrayList<>();
    int left = RiskReport.BLOCKS_MAX;
    for (int copies = 0; copies < wanted; copies++) {
      int before = left;
      for (int group = 0; group < table.groups().size() && left > 0; group++) {
        if (copies(table, table.groups().get(group), silent) == copies) {
          left -= count(group, left, state);
        }
      }
      if (left < before) {
        rows.add(new CopiesReport.Row(copies, before - left));
      }
    }
    return new CopiesReport(wanted, rows);
  }

  private static int copies(PlacementTable table, Group group, List<NodeId> silent) {
    return (int)
        group.holders().stream()
            .filter(node -> table.wasComplete(node) && !silent.contains(node))
            .count();
  }

  private static int count(int group, int blocksMax, OrderedStore.Reader state) {
    int[] count = {0};
    state.scan(
        FsKeys.groupStart(group),
        FsKeys.groupEnd(group),
        Direction.ASCENDING,
        (_, _) -> ++count[0] < blocksMax);
    return count[0];
  }

  static DeadPage dead(long after, int limit, OrderedStore.Reader state) {
    int blocksMax = Math.clamp(limit, 1, FileLimits.PAGE_MAX);
    List<DeadBlock> blocks = new ArrayList<>();
    boolean[] more = {false};
    state.scan(
        FsKeys.key('z', Math.max(0, after) + 1),
        FsKeys.tableEnd('z'),
        Direction.ASCENDING,
        (key, value) -> {
          more[0] = blocks.size() == blocksMax;
          return !more[0]
              && blocks.add(new DeadBlock(FsKeys.lastId(key), Rows.read(value, BlockId::decode)));
        });
    return new DeadPage(blocks, more[0]);
  }

  /** Notes how far a node has deleted, and forgets what all nodes have deleted. */
  static void deleted(NodeId by, long through, OrderedStore.Batch batch) {
    // What has not died yet cannot have been deleted.
    long known = Math.min(through, Counters.of(batch).death() - 1);
    long noted = Math.max(deletedThrough(by, batch), known);
    batch.put(FsKeys.node(by.value()), Rows.begin().u64(noted).toBytes());
    long all = noted;
    for (NodeId node : Placement.of(batch).everyone()) {
      all = Math.min(all, deletedThrough(node, batch));
    }
    if (all < 1) {
      return;
    }
    List<Bytes> keys = new ArrayList<>();
    batch.scan(
        FsKeys.table('z'),
        FsKeys.after(FsKeys.key('z', all)),
        Direction.ASCENDING,
        (key, value) -> keys.add(key) && keys.size() < FileLimits.PAGE_MAX);
    keys.forEach(batch::delete);
  }

  private static long deletedThrough(NodeId node, OrderedStore.Reader state) {
    return Rows.find(FsKeys.node(node.value()), state, ByteReader::u64).orElse(0L);
  }

  private static Extent extent(Bytes key, Bytes value) {
    long offset = FsKeys.lastId(key);
    return Rows.read(value, in -> new Extent(offset, BlockId.decode(in), in.u32(), in.u32()));
  }

  private static HeldBlock held(Bytes key, Bytes value) {
    return Rows.read(value, in -> new HeldBlock(blockOf(key), in.u32(), in.u32()));
  }

  private static BlockId blockOf(Bytes key) throws MalformedException {
    return BlockId.decode(new ByteReader(FsKeys.rest(key)));
  }
}
