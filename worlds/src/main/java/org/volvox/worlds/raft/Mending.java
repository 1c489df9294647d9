package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.clock.LamportTime;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.log.LogSwap;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.Recovered;
import org.volvox.consensus.repair.LogRepair;
import org.volvox.consensus.repair.RepairAnswers;
import org.volvox.consensus.repair.RepairEffect;
import org.volvox.consensus.repair.RepairInput;

/**
 * A machine that repairs its log, between its start and its taking part: the real core, and around
 * it what a node does then. It answers others that repair theirs, and gives its snapshot.
 */
final class Mending implements SnapshotTraffic.Machine {
  private final SimNode node;
  private final Host host;
  private final int number;
  private final WalConfig config;
  private final Salvaged log;
  private final SimMachine machine;
  private final SnapshotTraffic snapshots;
  private final LogRepair repair;
  private LamportTime clock;
  private boolean done;

  Mending(SimNode node, int number, WalConfig config, Salvaged log) {
    this.node = node;
    this.number = number;
    this.config = config;
    this.log = log;
    host = node.host();
    clock = node.clockReserved();
    machine = new SimMachine(node.mutation().world(), node.stored().store().afterCrash());
    snapshots = new SnapshotTraffic(node, number, this);
    List<NodeId> others = new ArrayList<>(host.entryNodes());
    others.remove(node.id());
    repair = new LogRepair(others, log, node.mutation().core(), now());
    wakeAt(now());
  }

  /** Whether the log is whole, and the machine can begin to take part. */
  boolean isDone() {
    return done;
  }

  void onEvent(Event event) throws DiskException {
    show(clock.next());
    switch (event) {
      case Event.Deliver deliver -> onDeliver(deliver);
      case Event.RepairTimer _ -> step(new RepairInput.TimerFired(now()));
      case Event.FetchTick tick -> snapshots.onTick(tick);
      case Event.Staged(_, _, var state) -> onStaged(state);
      case Event.Gone _ -> {
        // Who does not answer is noticed anyway.
      }
      default -> throw new IllegalArgumentException("not of a repair: " + event);
    }
  }

  private void onDeliver(Event.Deliver deliver) throws DiskException {
    if (node.mutation().world().mergesClocks()) {
      show(clock.receive(deliver.stamp().clock()));
    }
    host.received(node.endpoint(), clock, deliver.stamp());
    switch (deliver.packet()) {
      case Packet.Peer(var message) -> onMessage(deliver.from(), message);
      case Packet.RepairAsk(var ask) -> {
        Recovered.Place state =
            new Recovered.Place(node.stored().at().index(), node.stored().at().term());
        send(
            deliver.from(),
            new Packet.RepairAnswer(RepairAnswers.of(log, state, ask, node.mutation().core())));
      }
      case Packet.RepairAnswer(var answer) ->
          step(new RepairInput.Answered(new NodeId(deliver.from() + 1), answer, now()));
      case Packet.SnapshotAsk asked -> snapshots.onAsk(deliver.from(), asked);
      case Packet.SnapshotPart part -> snapshots.onPart(part);
      case Packet.SnapshotRefused refused -> snapshots.onRefused(refused);
      case Packet.Write(var ticket, _) -> refuse(deliver.from(), ticket);
      case Packet.Read(var ticket, _) -> refuse(deliver.from(), ticket);
      case Packet.Answer _ ->
          throw new IllegalArgumentException("an answer for a machine: " + deliver);
    }
  }

  private void refuse(int client, Packet.Ticket ticket) {
    send(
        client,
        new Packet.Answer(
            ticket,
            new CommandOutcome.Refused(
                CommandOutcome.RefusedBecause.NO_LEADER, Optional.empty(), "repairs its log")));
  }

  /** Whatever the others say, it does not take part: but for a broken rule. */
  private void onMessage(int from, Message message) {
    if (node.mutation().world().silentInRepair()) {
      return;
    }
    switch (message) {
      case Message.PreVote(var term, _, _) ->
          send(from, new Packet.Peer(new Message.PreVoteReply(term, true)));
      case Message.Vote(var term, _, _, _) ->
          send(from, new Packet.Peer(new Message.VoteReply(term, true)));
      default -> {
        // It has nothing to say to that.
      }
    }
  }

  private void step(RepairInput input) throws DiskException {
    List<RepairEffect> effects = new ArrayList<>();
    repair.step(input, effects::add);
    for (RepairEffect effect : effects) {
      switch (effect) {
        case RepairEffect.Send(var to, var ask) -> send(to.value() - 1, new Packet.RepairAsk(ask));
        case RepairEffect.FetchSnapshot(var atLeast) -> snapshots.want(atLeast);
        case RepairEffect.Done _ -> {
          LogSwap.replace(node.disk(), config, log);
          host.stats().repairs++;
          done = true;
        }
      }
    }
    repair.nextDeadline().ifPresent(this::wakeAt);
  }

  private void wakeAt(MonoTime deadline) {
    int at = Math.max(node.clock().microsOf(deadline), host.nowMicros());
    host.schedule(at - host.nowMicros(), new Event.RepairTimer(node.endpoint(), number));
  }

  /** One that was fetched for less, and comes late, is not put in the place of a newer one. */
  private void onStaged(StoredState state) throws DiskException {
    StateAt at = state.at();
    if (at.index().compareTo(log.base().index()) > 0) {
      node.staged(Optional.of(state));
      step(new RepairInput.SnapshotFetched(new Recovered.Place(at.index(), at.term()), now()));
    }
  }

  @Override
  public Optional<StateAt> snapshotAt() {
    StateAt at = node.stored().at();
    return node.told(new StateAt(at.index(), at.term(), LogIndex.ZERO, at.members()));
  }

  @Override
  public SimMachine machine() {
    return machine;
  }

  @Override
  public void send(int to, Packet packet) {
    show(clock.next());
    host.send(node.endpoint(), to, packet, clock);
  }

  private void show(LamportTime next) {
    node.reserveClock(next);
    clock = next;
  }

  private MonoTime now() {
    return node.clock().at(host.nowMicros());
  }
}
