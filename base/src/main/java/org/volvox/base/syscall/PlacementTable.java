package org.volvox.base.syscall;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * Which nodes hold the blocks of each placement group, and which shall. {@code epoch} grows with
 * every change of who holds or shall hold; {@code nodes} are those among which blocks are spread;
 * {@code groups} has group 0, 1, ...; {@code complete} says up to which epoch each node had all
 * that was assigned to it. Epoch 0 is the table before any node was named.
 *
 * <pre>
 * u8 3   u64 epoch   nodes   u32 count, then for each group: holders, targets, home
 * u32 count, then for each node: u16 node, u64 epoch
 * resting nodes   draining nodes   u64 milliseconds until a silent node rests   u64 bytes a second
 * </pre>
 *
 * <p>Version 1 ended behind the holders, 2 had neither home nor the last line. A table in which
 * nobody rests or drains under the default policy is still written as version 2.
 */
public record PlacementTable(
    long epoch, List<NodeId> nodes, List<Group> groups, List<Complete> complete, Care care) {
  public static final PlacementTable NONE = new PlacementTable(0, List.of(), List.of(), List.of());

  private static final int VERSION_SECOND = 2;
  private static final int VERSION = 3;

  /**
   * One placement group. The {@code holders} count for W; the {@code targets} are those that shall
   * hold it. A target that is no holder yet is fetching; a holder that is no target stays until the
   * targets are there. {@code home} is who would be a target if no node rested, so that one that
   * returns finds its own blocks.
   */
  public record Group(List<NodeId> holders, List<NodeId> targets, List<NodeId> home) {
    public Group {
      holders = List.copyOf(holders);
      targets = List.copyOf(targets);
      home = List.copyOf(home);
    }

    /** One in which nobody rests. */
    public Group(List<NodeId> holders, List<NodeId> targets) {
      this(holders, targets, targets);
    }

    /** W: on how many of the holders a block must be durable before it is recorded. */
    public int quorum() {
      return holders.size() / 2 + 1;
    }

    /** Holders, then the targets that are not yet holders: all that get what is written. */
    public List<NodeId> assigned() {
      List<NodeId> assigned = new ArrayList<>(holders);
      targets.stream().filter(node -> !holders.contains(node)).forEach(assigned::add);
      return assigned;
    }
  }

  /** At some moment of {@code epoch} the node had all blocks that were assigned to it. */
  public record Complete(NodeId node, long epoch) {}

  /**
   * How the cluster cares for its copies: which of the nodes are {@code resting}, so that others
   * are targets in their place; which of them are {@code draining}, because a person said so, the
   * other resting ones being away; after how long a silence a node is away; and how fast each node
   * fetches what it lacks.
   */
  public record Care(
      List<NodeId> resting, List<NodeId> draining, long healAfterMillis, long healBytesPerSecond) {
    public static final Care DEFAULT =
        new Care(
            List.of(), List.of(), FileLimits.HEAL_AFTER_MILLIS, FileLimits.HEAL_BYTES_PER_SECOND);

    public Care {
      if (healAfterMillis < FileLimits.HEAL_AFTER_MILLIS_MIN
          || healBytesPerSecond < FileLimits.HEAL_BYTES_PER_SECOND_MIN) {
        throw new IllegalArgumentException(
            "healing after " + healAfterMillis + " ms at " + healBytesPerSecond + " B/s");
      }
      resting = List.copyOf(resting);
      draining = List.copyOf(draining);
    }

    public Care withResting(List<NodeId> next) {
      return new Care(next, draining, healAfterMillis, healBytesPerSecond);
    }

    public Care withDraining(List<NodeId> next) {
      return new Care(resting, next, healAfterMillis, healBytesPerSecond);
    }

    public Care withPolicy(long afterMillis, long bytesPerSecond) {
      return new Care(resting, draining, afterMillis, bytesPerSecond);
    }

    /** Silent for so long that others hold its blocks in its place. */
    public boolean isAway(NodeId node) {
      return resting.contains(node) && !draining.contains(node);
    }
  }

  /** A table in which nobody rests, under the default policy. */
  public PlacementTable(
      long epoch, List<NodeId> nodes, List<Group> groups, List<Complete> complete) {
    this(epoch, nodes, groups, complete, Care.DEFAULT);
  }

  public PlacementTable {
    nodes = List.copyOf(nodes);
    groups = List.copyOf(groups);
    complete = List.copyOf(complete);
  }

  /** R: how many nodes shall hold each block. */
  public int copies() {
    return Math.min(FileLimits.COPIES, nodes.size());
  }

  /** The block's group; one of nobody for a group that the table does not have. */
  public Group group(BlockId block) {
    return block.group() < groups.size()
        ? groups.get(block.group())
        : new Group(List.of(), List.of());
  }

  /** All that hold or shall hold anything, by id. */
  public List<NodeId> everyone() {
    TreeSet<NodeId> all = new TreeSet<>(nodes);
    groups.forEach(group -> all.addAll(group.assigned()));
    return List.copyOf(all);
  }

  /** Whether the node has said that it has all that this very table assigns to it. */
  public boolean isComplete(NodeId node) {
    return complete.contains(new Complete(node, epoch));
  }

  /** Whether the node has ever been complete, and has not said since that it lacks something. */
  public boolean wasComplete(NodeId node) {
    return complete.stream().anyMatch(each -> each.node().equals(node));
  }

  /** Whether a node holds or shall hold anything. */
  public boolean isAssigned(NodeId node) {
    return groups.stream().anyMatch(group -> group.assigned().contains(node));
  }

  /** The same with other care taken. */
  public PlacementTable with(Care next) {
    return new PlacementTable(epoch, nodes, groups, complete, next);
  }

  public Bytes encode() {
    boolean isPlain =
        care.equals(Care.DEFAULT)
            && groups.stream().allMatch(group -> group.home.equals(group.targets));
    ByteWriter out = new ByteWriter().u8(isPlain ? VERSION_SECOND : VERSION).u64(epoch);
    Wire.nodes(out, nodes);
    Wire.list(
        out,
        groups,
        (to, group) -> {
          Wire.nodes(to, group.holders);
          Wire.nodes(to, group.targets);
          if (!isPlain) {
            Wire.nodes(to, group.home);
          }
        });
    Wire.list(out, complete, (to, each) -> to.u16(each.node.value()).u64(each.epoch));
    if (!isPlain) {
      Wire.nodes(out, care.resting);
      Wire.nodes(out, care.draining);
      out.u64(care.healAfterMillis).u64(care.healBytesPerSecond);
    }
    return out.toBytes();
  }

  public static PlacementTable decode(Bytes bytes) throws MalformedException {
    int version = bytes.length() > 0 ? bytes.at(0) : VERSION;
    return switch (version) {
      case Wire.VERSION -> Wire.decode(bytes, "placement table", PlacementTable::readFirst);
      case VERSION_SECOND ->
          Wire.decode(VERSION_SECOND, bytes, "placement table", PlacementTable::readSecond);
      default -> Wire.decode(VERSION, bytes, "placement table", PlacementTable::read);
    };
  }

  private static PlacementTable read(ByteReader in) throws MalformedException {
    return new PlacementTable(
        in.u64(),
        Wire.nodes(in),
        Wire.list(in, 12, row -> new Group(Wire.nodes(row), Wire.nodes(row), Wire.nodes(row))),
        Wire.list(in, 10, PlacementTable::readComplete),
        new Care(Wire.nodes(in), Wire.nodes(in), in.u64(), in.u64()));
  }

  private static PlacementTable readSecond(ByteReader in) throws MalformedException {
    return new PlacementTable(
        in.u64(),
        Wire.nodes(in),
        Wire.list(in, 8, row -> new Group(Wire.nodes(row), Wire.nodes(row))),
        Wire.list(in, 10, PlacementTable::readComplete));
  }

  private static Complete readComplete(ByteReader in) throws MalformedException {
    return new Complete(Wire.node(in), in.u64());
  }

  /** In version 1 whoever was named held; nobody had said that it lacks nothing. */
  private static PlacementTable readFirst(ByteReader in) throws MalformedException {
    long epoch = in.u64();
    List<NodeId> nodes = Wire.nodes(in);
    List<List<NodeId>> holders = Wire.list(in, 4, Wire::nodes);
    return new PlacementTable(
        epoch, nodes, holders.stream().map(group -> new Group(group, group)).toList(), List.of());
  }
}
