package org.volvox.node.duty;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Term;
import org.volvox.base.WallTime;
import org.volvox.base.event.About;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessPage;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SweepReport;
import org.volvox.calls.CallException;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Role;
import org.volvox.kernel.NodeLoad;
import org.volvox.kernel.Scheduler;
import org.volvox.node.event.Journal;
import org.volvox.node.event.ProcessEvents;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;

/**
 * What only a leader does, by proposing commands that the state checks again: names its term and
 * the nodes, lets nodes join and go ({@link MemberDuties}), has the blocks of silent and drained
 * ones held by others ({@link HealingDuties}), places processes, declares those of silent and
 * removed nodes lost, ends silent sessions ({@link SilentSessions}), clears the delete queue. It
 * keeps nothing but timers, which a new leader starts anew.
 */
public final class LeaderDuties implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final Duration CALL_WITHIN = Duration.ofSeconds(2);
  private static final Duration NODE_SILENCE_MAX = Duration.ofSeconds(3);
  private static final int PAGE = 256;
  private static final int SWEEP_STEPS = 512;

  private final NodeId self;
  private final Members members;
  private final MemberDuties memberDuties;
  private final HealingDuties healingDuties;
  private final SilentSessions silentSessions;
  private final KeyDuties keyDuties;
  private final ReplicatedLog group;
  private final NodeCalls calls;
  private final Peers peers;
  private final Supplier<WallTime> wall;
  private final Journal journal;
  private final Ticker ticker;
  private Term ledTerm = Term.ZERO;
  private long turns;

  /** The log, and the state that its entries make. */
  public record Log(ReplicatedLog group, OrderedStore state) {}

  /** What the duties stand on. */
  public record Parts(
      Log log,
      NodeCalls calls,
      Peers peers,
      Members members,
      Supplier<WallTime> wall,
      Journal journal) {}

  public LeaderDuties(NodeId self, Parts parts, Consumer<String> onFailure) {
    this.self = self;
    this.group = parts.log().group();
    this.members = parts.members();
    this.memberDuties =
        new MemberDuties(
            self, new MemberDuties.Parts(group, parts.calls(), parts.peers(), parts.members()));
    this.healingDuties =
        new HealingDuties(
            self,
            new HealingDuties.Parts(
                group, parts.calls(), parts.peers(), parts.members(), parts.journal()));
    this.silentSessions = new SilentSessions(parts.calls(), parts.journal());
    this.keyDuties =
        new KeyDuties(
            call -> parts.calls().call(call, CALL_WITHIN),
            parts.log().state(),
            System::nanoTime,
            this::leaseEnded);
    this.calls = parts.calls();
    this.peers = parts.peers();
    this.wall = parts.wall();
    this.journal = parts.journal();
    this.ticker = new Ticker(self + "-leader-duties", EVERY, this::turn, onFailure);
  }

  public void start() {
    ticker.start();
  }

  /** There may be something to do now: the role changed, or the state did. */
  public void wake() {
    ticker.wake();
  }

  @Override
  public void close() {
    ticker.close();
  }

  private void turn() throws CallException, InterruptedException {
    RaftView view = group.view();
    if (view.role() != Role.LEADER) {
      silentSessions.forget();
      keyDuties.forget();
      healingDuties.rest();
      ledTerm = Term.ZERO;
      return;
    }
    Term term = view.hardState().term();
    if (!term.equals(ledTerm)) {
      calls.call(new SessionCall.Lead(term, self), CALL_WITHIN);
      silentSessions.forget();
      keyDuties.forget();
      ledTerm = term;
    }
    keyDuties.turn();
    declareLost();
    PlacementTable table =
        NodeCalls.body(calls.askHere(new FileAsk.Placement()), PlacementTable::decode);
    place(table.care().draining());
    if (!healingDuties.turn(table)) {
      memberDuties.turn(table);
    }
    turns++;
    if (turns % 5 == 0) {
      silentSessions.turn(term);
      sweep();
    }
  }

  private void leaseEnded(long lease) {
    journal.record(
        EventKind.LEASE_ENDED,
        "lease " + lease + " was not renewed and ended",
        Optional.empty(),
        About.NOTHING);
  }

  private void place(List<NodeId> draining) throws CallException, InterruptedException {
    ProcessPage pending =
        NodeCalls.body(calls.askHere(new ProcessAsk.Pending(0, PAGE)), ProcessPage::decode);
    if (pending.rows().isEmpty()) {
      return;
    }
    List<NodeLoad> loads = new ArrayList<>();
    for (NodeId node : members.nodes()) {
      loads.add(
          new NodeLoad(
              node,
              peers.isUp(node) && members.stays(node) && !draining.contains(node),
              rowsOn(node).size(),
              Runtime.getRuntime().availableProcessors()));
    }
    for (ProcessCall.Place place : Scheduler.place(pending.rows(), loads)) {
      if (calls.call(place, CALL_WITHIN).isOk()) {
        tellPlaced(place, pending.rows());
      }
    }
  }

  /** Processes of nodes that are silent for too long, or that belong to the cluster no more. */
  private void declareLost() throws CallException, InterruptedException {
    for (int id = 1; id <= members.now().lastId(); id++) {
      NodeId node = new NodeId(id);
      Optional<String> why = node.equals(self) ? Optional.empty() : whyLost(node);
      List<ProcessRow> rows = why.isPresent() ? rowsOn(node) : List.of();
      if (!rows.isEmpty()) {
        long newest = rows.stream().mapToLong(ProcessRow::incarnation).max().orElse(0);
        calls.call(new ProcessCall.NodeLost(node, newest, why.orElseThrow()), CALL_WITHIN);
        rows.forEach(row -> tell(row, EventKind.PROCESS_LOST, "lost with " + node));
      }
    }
  }

  private Optional<String> whyLost(NodeId node) {
    if (!members.nodes().contains(node)) {
      return Optional.of(node + " was removed");
    }
    long downSince = peers.downSinceMillis(node);
    return downSince > 0 && System.currentTimeMillis() - downSince > NODE_SILENCE_MAX.toMillis()
        ? Optional.of(node + " does not answer")
        : Optional.empty();
  }

  private void tellPlaced(ProcessCall.Place place, List<ProcessRow> rows) {
    rows.stream()
        .filter(row -> row.pid().equals(place.pid()))
        .forEach(row ->
            tell(
                row,
                EventKind.PROCESS_PLACED,
                "placed on " + place.node() + ": " + place.reason()));
  }

  private void tell(ProcessRow row, EventKind kind, String what) {
    journal.record(
        kind, "process " + row.pid() + ": " + what, Optional.empty(), ProcessEvents.about(row));
  }

  private List<ProcessRow> rowsOn(NodeId node) throws CallException {
    return NodeCalls.body(calls.askHere(new ProcessAsk.OnNode(node, 0, PAGE)), ProcessPage::decode)
        .rows();
  }

  private void sweep() throws CallException, InterruptedException {
    WallTime now = wall.get();
    SweepReport due = NodeCalls.body(calls.askHere(new FileAsk.QueueDue(now)), SweepReport::decode);
    if (due.more()) {
      calls.call(new FileCall.Sweep(SWEEP_STEPS), CALL_WITHIN);
    }
  }
}
