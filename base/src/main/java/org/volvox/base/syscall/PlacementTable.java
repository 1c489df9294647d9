package org.volvox.base.syscall;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * Which nodes hold the blocks of each placement group. {@code epoch} grows with every change;
 * {@code groups} has the holders of group 0, 1, ..., R = min(3, nodes) each. Epoch 0 is the table
 * before any node was named.
 */
public record PlacementTable(long epoch, List<NodeId> nodes, List<List<NodeId>> groups) {
  public static final PlacementTable NONE = new PlacementTable(0, List.of(), List.of());

  public PlacementTable {
    nodes = List.copyOf(nodes);
    List<List<NodeId>> copied = new ArrayList<>();
    for (List<NodeId> group : groups) {
      copied.add(List.copyOf(group));
    }
    groups = List.copyOf(copied);
  }

  /** R: how many nodes hold each block. */
  public int copies() {
    return Math.min(FileLimits.COPIES, nodes.size());
  }

  /** W: on how many of them a block must be durable before it is recorded. */
  public int quorum() {
    return copies() / 2 + 1;
  }

  /** The nodes that must hold a block; none for a group that the table does not have. */
  public List<NodeId> holders(BlockId block) {
    return block.group() < groups.size() ? groups.get(block.group()) : List.of();
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin().u64(epoch);
    Wire.nodes(out, nodes);
    Wire.list(out, groups, Wire::nodes);
    return out.toBytes();
  }

  public static PlacementTable decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "placement table",
        in -> new PlacementTable(in.u64(), Wire.nodes(in), Wire.list(in, 4, Wire::nodes)));
  }
}
