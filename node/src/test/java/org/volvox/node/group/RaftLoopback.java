package org.volvox.node.group;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Ratio;
import org.volvox.base.machine.Stamp;
import org.volvox.consensus.log.Opened;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.log.Wal;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Message;
import org.volvox.storage.FileDisk;
import org.volvox.storage.StateStore;

/** Groups of the node's own Raft, on disks that can be slow. */
final class RaftLoopback extends LoopbackCluster {
  private final LogBounds bounds;

  /** By how much clocks may drift, if leaders read by leases. */
  private final Optional<Ratio> leaseDrift;

  private final Map<NodeId, SlowDisk> slowDisks = new ConcurrentHashMap<>();

  RaftLoopback(Path folder, int size, LogBounds bounds, Optional<Ratio> leaseDrift)
      throws Exception {
    super(folder, size, bounds);
    this.bounds = bounds;
    this.leaseDrift = leaseDrift;
    startAll();
  }

  RaftLoopback(Path folder, int size) throws Exception {
    this(folder, size, LogBounds.OF_NODE, Optional.empty());
  }

  SlowDisk disk(NodeId node) {
    return Objects.requireNonNull(slowDisks.get(node));
  }

  @Override
  protected Member open(Opening opening) throws Exception {
    NodeId node = opening.node();
    FileDisk disk = new FileDisk(opening.folder().resolve("wal"));
    SlowDisk slow = new SlowDisk(disk);
    WalConfig config = new WalConfig(node.value(), bounds.segmentBytes(), 1 << 20);
    Opened.Ready log = (Opened.Ready) Wal.open(slow, config);
    StateStore store = (StateStore) opening.state().store();
    var start = RaftWal.of(log, GroupParts.GROUP, StateMark.of(store).stateAt());
    if (start instanceof RaftWal.Start.StateBehind) {
      store.swap();
      start = RaftWal.of(log, GroupParts.GROUP, StateMark.of(store).stateAt());
    }
    RaftGroup group =
        new RaftGroup(
            new Host(node, opening.host()),
            new GroupParts(
                node,
                Membership.of(opening.nodes()),
                leaseDrift,
                new GroupClock(),
                (RaftWal.Start.Ready) start,
                opening.state()));
    slowDisks.put(node, slow);
    return new Running(group, disk);
  }

  private record Running(RaftGroup group, FileDisk disk) implements Member {
    @Override
    public ReplicatedLog log() {
      return group;
    }

    @Override
    public void stop() throws Exception {
      group.stop();
      disk.close();
    }
  }

  private final class Host implements GroupHost {
    private final NodeId self;
    private final LogHost host;

    Host(NodeId self, LogHost host) {
      this.self = self;
      this.host = host;
    }

    @Override
    public void send(NodeId to, Message message) {
      if (reaches(self, to)) {
        running(to).ifPresent(log -> ((RaftGroup) log).received(self, message));
      }
    }

    @Override
    public Stamp stamp() {
      return host.stamp();
    }

    @Override
    public void roleChanged(Effect.RoleChanged change) {
      host.roleChanged(change);
    }

    @Override
    public void membersChanged(Membership members, LogIndex index) {
      host.membersChanged(members, index);
    }

    @Override
    public void removed() {
      host.removed();
    }

    @Override
    public void applied(Set<Integer> ranges) {
      host.applied(ranges);
    }

    @Override
    public void failed(String doing, Throwable cause) {
      host.failed(doing, cause);
    }
  }
}
