package org.volvox.node.serve;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.machine.StateMachine;
import org.volvox.base.syscall.Ask;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.message.StaleAnswer;
import org.volvox.consensus.raft.Role;
import org.volvox.node.group.GroupClock;
import org.volvox.node.group.ReadGate;
import org.volvox.node.group.ReplicatedLog;

/**
 * Linearizable reads: the leader says from which index on a read may be answered (ReadIndex), this
 * node waits until it has applied that far, and answers from a snapshot of its store on the
 * caller's thread. One that is far behind passes the question on to the leader. Stale reads are
 * answered from the state as it is, and say so.
 */
public final class QueryService {
  private static final Duration ATTEMPT_MAX = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(40);

  /** What a follower may have to catch up before its own answer; else the leader is faster. */
  private static final Duration CATCH_UP_MAX = Duration.ofMillis(200);

  private final NodeId self;
  private final ReplicatedLog group;
  private final State state;
  private final GroupClock clock;
  private final Peers peers;
  private final Peers.Asker asker;
  private final Signal leaderChange = new Signal();
  private final Set<Passed> passed = ConcurrentHashMap.newKeySet();

  /** A question that another node was asked, as the leader. */
  private record Passed(NodeId to, CompletableFuture<Bytes> answer) {}

  /** What answers, once it is current enough. */
  public record State(StateMachine machine, OrderedStore store) {
    Bytes answer(Bytes request) throws CallException {
      try (OrderedStore.Snapshot snapshot = store.snapshot()) {
        ByteReader in = new ByteReader(request);
        int type = in.u16();
        return machine.query(type, in.raw(in.remaining()), snapshot);
      } catch (MalformedException e) {
        throw new CallException(CallStatus.MALFORMED, "the question is malformed");
      }
    }
  }

  /** The network as the service uses it. */
  public record Network(Peers peers, Peers.Asker asker) {}

  public QueryService(
      NodeId self, ReplicatedLog group, State state, GroupClock clock, Network network) {
    this.self = self;
    this.group = group;
    this.state = state;
    this.clock = clock;
    this.peers = network.peers();
    this.asker = network.asker();
  }

  /** A question as QUERY carries it. */
  public static Bytes encode(Ask ask) {
    return new ByteWriter(2 + ask.body().length()).u16(ask.type()).raw(ask.body()).toBytes();
  }

  /** Answers from this node's own state as it is, which may be behind. */
  public Bytes local(Ask ask) throws CallException {
    return state.answer(encode(ask));
  }

  /** Answers from this node's own state as it is, with what is known of its age. */
  public StaleAnswer stale(Bytes request) throws CallException {
    Duration age = age();
    // The index first: what is answered is that state or a newer one.
    LogIndex index = group.applied();
    return new StaleAnswer(self, index, age, state.answer(request));
  }

  /** Since when this node has heard of no leader that a quorum follows. */
  public Duration age() {
    long silent = clock.now().nanos() - group.view().leaderContactNanos();
    return Duration.ofNanos(Math.max(0, silent));
  }

  /** Answers a question as current as it is now, here or at the leader. */
  public Bytes ask(Bytes request, Duration timeout) throws CallException, InterruptedException {
    MonoTime deadline = clock.now().plus(timeout);
    String reason = "no leader is known";
    while (clock.now().isBefore(deadline)) {
      Duration left = Duration.ofNanos(deadline.nanosSince(clock.now()));
      Duration attempt = shorter(left, ATTEMPT_MAX);
      try {
        if (group.view().role() == Role.LEADER) {
          return lead(request, attempt);
        }
        Optional<NodeId> leader = group.view().leader().filter(peers::isUp);
        if (leader.isPresent() && !leader.get().equals(self)) {
          Optional<Bytes> own = follow(request, shorter(attempt, CATCH_UP_MAX));
          return own.isPresent() ? own.get() : pass(leader.get(), request, attempt);
        }
      } catch (CallException e) {
        if (e.status() == CallStatus.MALFORMED) {
          throw e;
        }
        reason = String.valueOf(e.getMessage());
      }
      if (group.view().leader().isEmpty() && peers.isCutOff()) {
        throw new CallException(CallStatus.NO_QUORUM, "no quorum: " + peers.whoAnswers());
      }
      var _ = leaderChange.await(PAUSE);
    }
    throw new CallException(CallStatus.DEADLINE, "not answered in time: " + reason);
  }

  /** Answers as the leader, or fails if this node cannot promise a current answer. */
  public Bytes lead(Bytes request, Duration timeout) throws CallException, InterruptedException {
    awaitCurrent(timeout);
    return state.answer(request);
  }

  /** Waits until this node's store has all that was acknowledged before, or fails. */
  public void awaitCurrent(Duration timeout) throws CallException, InterruptedException {
    Optional<ReadGate> gate = Futures.await(group.read(), timeout);
    if (gate.isEmpty()) {
      throw new CallException(CallStatus.UNAVAILABLE, self + " could not confirm that it leads");
    }
    if (gate.get() instanceof ReadGate.Shut(_, var reason)) {
      throw new CallException(CallStatus.UNAVAILABLE, reason);
    }
  }

  /** The answer of this follower, unless it cannot be current within the time. */
  private Optional<Bytes> follow(Bytes request, Duration within)
      throws CallException, InterruptedException {
    Optional<ReadGate> gate = Futures.await(group.read(), within);
    return gate.isPresent() && gate.get() instanceof ReadGate.Open
        ? Optional.of(state.answer(request))
        : Optional.empty();
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Wakes the questions that wait for a leader, or for the answer of one before this. */
  public void leaderSeen(NodeId leader) {
    for (Passed question : passed) {
      if (!question.to().equals(leader)) {
        question
            .answer()
            .completeExceptionally(
                new CallException(CallStatus.UNAVAILABLE, question.to() + " leads no more"));
      }
    }
    leaderChange.wake();
  }

  private Bytes pass(NodeId leader, Bytes request, Duration timeout)
      throws CallException, InterruptedException {
    Passed question =
        new Passed(leader, asker.ask(leader, Lane.CALLS, Method.PEER_QUERY, request, timeout));
    passed.add(question);
    try {
      // Who saw a new leader before the question was among the passed ones did not end it.
      Optional<NodeId> now = group.view().leader();
      if (now.isPresent() && !now.get().equals(leader)) {
        throw new CallException(CallStatus.UNAVAILABLE, leader + " leads no more");
      }
      return Futures.awaitCall(question.answer(), timeout);
    } finally {
      passed.remove(question);
    }
  }
}
