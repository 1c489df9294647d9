package org.volvox.node.block;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.volvox.base.BlockId;
import org.volvox.base.MonoTime;
import org.volvox.calls.message.NodeStatus;
import org.volvox.fs.ReadHeat;
import org.volvox.node.serve.Peers;

/**
 * Which placement groups are read the most, through this node and through the others that answer;
 * what is read is fetched first. Any thread may ask.
 */
public final class Heat {
  private final Peers peers;
  private final Supplier<MonoTime> clock;
  private final ReadHeat own;

  public Heat(Peers peers, Supplier<MonoTime> clock) {
    this.peers = peers;
    this.clock = clock;
    this.own = new ReadHeat(clock.get());
  }

  /** A client has read a block through this node. */
  synchronized void read(BlockId block) {
    own.read(block.group(), clock.get());
  }

  /** What was read through this node, by group. */
  public synchronized List<Integer> here() {
    return own.now(clock.get());
  }

  /** What was read of a group through any node. */
  long everywhere(int group) {
    long heat = of(here(), group);
    for (var node : peers.others()) {
      heat +=
          peers
              .status(node)
              .map(NodeStatus::healing)
              .map(healing -> of(healing.heat(), group))
              .orElse(0L);
    }
    return heat;
  }

  private static long of(List<Integer> heat, int group) {
    return Optional.of(group).filter(i -> i < heat.size()).map(i -> (long) heat.get(i)).orElse(0L);
  }
}
