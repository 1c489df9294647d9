package org.volvox.node.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.volvox.base.NodeId;
import org.volvox.calls.message.DiskState;
import org.volvox.calls.message.NodeStatus;

/** All that a node measures, and whether it can serve. Any thread may ask. */
public final class NodeMeasures {
  /** One that has heard of no leader for so long answers no linearizable read. */
  private static final Duration AGE_MAX = Duration.ofSeconds(3);

  /** A node that is further behind what is committed would answer old reads, or late ones. */
  private static final long BEHIND_MAX = 10_000;

  private final NodeId self;
  private final Sources sources;

  /**
   * Where the numbers come from.
   *
   * @param all every node as this one sees it, itself included
   * @param age since when this node has heard of no leader that a quorum follows
   * @param storeBytes what the state takes on the disk
   * @param programs how many run here
   */
  public record Sources(
      Supplier<List<NodeStatus>> all,
      Supplier<Duration> age,
      Supplier<List<Measure>> log,
      LongSupplier storeBytes,
      Supplier<List<Measure>> calls,
      IntSupplier programs) {}

  public NodeMeasures(NodeId self, Sources sources) {
    this.self = self;
    this.sources = sources;
  }

  /** Why this node cannot serve all that is asked of it now; empty if it can. */
  public Optional<String> unready() {
    Duration age = sources.age().get();
    if (age.compareTo(AGE_MAX) > 0) {
      return Optional.of(
          self + " has heard of no leader for " + age.toSeconds() + " s: volvox status");
    }
    NodeStatus own = own(sources.all().get());
    long behind = own.commitIndex().value() - own.appliedIndex().value();
    return behind > BEHIND_MAX
        ? Optional.of(self + " is " + behind + " entries of the log behind")
        : Optional.empty();
  }

  private NodeStatus own(List<NodeStatus> all) {
    return all.stream().filter(node -> node.node().equals(self)).findFirst().orElseThrow();
  }

  public List<Measure> read() {
    List<NodeStatus> all = sources.all().get();
    NodeStatus own = own(all);
    List<Measure> measures = new ArrayList<>();
    raft(own, measures);
    for (NodeStatus node : all) {
      measures.add(
          gauge("volvox_node_up", "Whether this node hears that one.", node.isUp())
              .of("node", node.node().toString()));
    }
    measures.addAll(sources.log().get());
    measures.add(
        Measure.gauge(
            "volvox_log_bytes", "What the log takes on the disk.", (double) own.log().bytes()));
    measures.add(
        Measure.gauge(
            "volvox_store_bytes",
            "What the state takes on the disk, about.",
            (double) sources.storeBytes().getAsLong()));
    measures.addAll(sources.calls().get());
    blocks(own, measures);
    measures.add(
        Measure.gauge(
            "volvox_processes_running", "Programs that run here.", sources.programs().getAsInt()));
    return measures;
  }

  private void raft(NodeStatus own, List<Measure> measures) {
    measures.add(
        Measure.gauge("volvox_raft_term", "The term of the log.", (double) own.term().value()));
    measures.add(
        gauge(
            "volvox_raft_leader",
            "Whether this node leads.",
            own.role() == NodeStatus.Role.LEADER));
    measures.add(
        gauge("volvox_raft_leader_known", "Whether it knows who does.", own.leader().isPresent()));
    measures.add(
        Measure.gauge(
            "volvox_raft_leader_age_seconds",
            "Since when it has heard of no leader that a quorum follows.",
            sources.age().get().toMillis() / 1e3));
    measures.add(
        Measure.gauge(
            "volvox_raft_last_index", "The last entry.", (double) own.lastIndex().value()));
    measures.add(
        Measure.gauge(
            "volvox_raft_commit_index",
            "The last entry that is known to be committed.",
            (double) own.commitIndex().value()));
    measures.add(
        Measure.gauge(
            "volvox_raft_applied_index",
            "The last entry that the state has.",
            (double) own.appliedIndex().value()));
  }

  private static void blocks(NodeStatus own, List<Measure> measures) {
    DiskState disk = own.disk();
    measures.add(
        Measure.gauge("volvox_blocks_held", "Blocks that are here.", (double) own.blocksHeld()));
    measures.add(
        Measure.gauge(
            "volvox_blocks_missing",
            "Blocks that shall be here and are not yet.",
            (double) own.blocksMissing()));
    measures.add(
        Measure.gauge(
            "volvox_blocks_missing_bytes", "Their bytes.", (double) own.healing().missingBytes()));
    measures.add(
        Measure.gauge(
            "volvox_blocks_healing_bytes_per_second",
            "What it fetches of them now.",
            (double) own.healing().bytesPerSecond()));
    measures.add(
        Measure.counter(
            "volvox_blocks_damaged", "Blocks that were found damaged.", (double) disk.damaged()));
    measures.add(
        Measure.counter(
            "volvox_blocks_rewritten",
            "Of them those that were written again.",
            (double) disk.rewritten()));
    measures.add(
        Measure.gauge("volvox_disk_left_bytes", "Room on the disk.", (double) disk.leftBytes()));
    measures.add(
        Measure.gauge(
            "volvox_disk_reserve_bytes",
            "Room that blocks leave free.",
            (double) disk.reserveBytes()));
    measures.add(gauge("volvox_disk_full", "Whether blocks are refused.", disk.isFull()));
  }

  private static Measure gauge(String name, String help, boolean truth) {
    return Measure.gauge(name, help, truth ? 1 : 0);
  }
}
