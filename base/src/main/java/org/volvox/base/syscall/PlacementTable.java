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
 * every change; {@code nodes} are those among which blocks are spread; {@code groups} has group 0,
 * 1, ...; {@code complete} says up to which epoch each node had all that was assigned to it. Epoch
 * 0 is the table before any node was named.
 *
 * <pre>
 * u8 2   u64 epoch   nodes   u32 count, then for each group: holders, targets
 * u32 count, then for each node: u16 node, u64 epoch          (version 1 ended behind the holders)
 * </pre>
 */
public record PlacementTable(
    long epoch, List<NodeId> nodes, List<Group> groups, List<Complete> complete) {
  public static final PlacementTable NONE = new PlacementTable(0, List.of(), List.of(), List.of());

  private static final int VERSION = 2;

  /**
   * One placement group. The {@code holders} count for W; the {@code targets} are those that shall
   * hold it. A target that is no holder yet is fetching; a holder that is no target stays until the
   * targets are there.
   */
  public record Group(List<NodeId> holders, List<NodeId> targets) {
    public Group {
      holders = List.copyOf(holders);
      targets = List.copyOf(targets);
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

  public Bytes encode() {
    ByteWriter out = new ByteWriter().u8(VERSION).u64(epoch);
    Wire.nodes(out, nodes);
    Wire.list(
        out,
        groups,
        (to, group) -> {
          Wire.nodes(to, group.holders);
          Wire.nodes(to, group.targets);
        });
    Wire.list(out, complete, (to, each) -> to.u16(each.node.value()).u64(each.epoch));
    return out.toBytes();
  }

  public static PlacementTable decode(Bytes bytes) throws MalformedException {
    boolean isFirst = bytes.length() > 0 && bytes.at(0) == Wire.VERSION;
    return isFirst
        ? Wire.decode(bytes, "placement table", PlacementTable::readFirst)
        : Wire.decode(VERSION, bytes, "placement table", PlacementTable::read);
  }

  private static PlacementTable read(ByteReader in) throws MalformedException {
    return new PlacementTable(
        in.u64(),
        Wire.nodes(in),
        Wire.list(in, 8, row -> new Group(Wire.nodes(row), Wire.nodes(row))),
        Wire.list(in, 10, row -> new Complete(Wire.node(row), row.u64())));
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
