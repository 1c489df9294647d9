package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.SessionCall;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.Recovered;
import org.volvox.consensus.raft.Role;
import org.volvox.sim.Trace;

/** Plants each kind of violation: an oracle that nothing has made speak proves nothing. */
class OraclesTest {
  private static final SessionId SESSION = new SessionId(1);
  private static final Membership THREE =
      Membership.of(List.of(new NodeId(1), new NodeId(2), new NodeId(3)));

  private final Cluster cluster =
      new Cluster(
          WorldOptions.calm(3, false), Mutation.NONE, new Prng(1), Cluster.Watch.by(Trace.off()));
  private final Oracles oracles = cluster.oracles();
  private final SimNode n1 = cluster.nodes().getFirst();
  private final SimNode n2 = cluster.nodes().get(1);
  private final Mirror log = new Mirror(THREE);

  private static Entry entry(int term, int index) {
    return new Entry(new Term(term), new LogIndex(index), Entry.Kind.NOOP, Bytes.EMPTY);
  }

  private static Entry command(int term, int index, int sequence) {
    return command(term, index, sequence, SESSION);
  }

  private static Entry command(int term, int index, int sequence, SessionId session) {
    Registers.Ask ask = new Registers.Ask(Registers.ADD, 1, 1);
    return entry(
        term, index, new Command(0, session, sequence, 1, "user:t", ask.type(), ask.body()));
  }

  /** The entry that begins {@link #SESSION}. */
  private static Entry registration(int term) {
    SessionCall.Register call = new SessionCall.Register(60_000, "t");
    return entry(term, 1, new Command(0, SessionId.NONE, 0, 0, "user:t", call.type(), call.body()));
  }

  private static Entry entry(int term, int index, Command command) {
    Bytes payload =
        SimMachine.payload(new Stamp(new WallTime(1), new LamportTime(1)), command.encode());
    return new Entry(new Term(term), new LogIndex(index), Entry.Kind.COMMAND, payload);
  }

  private static Effect.Persist persist(Entry... entries) {
    return new Effect.Persist(1, Optional.empty(), List.of(entries), List.of());
  }

  private static Effect.RoleChanged leads(int term) {
    return new Effect.RoleChanged(Role.LEADER, new Term(term), Optional.empty());
  }

  private static void assertFound(String property, ThrowingCallable planted) {
    assertThatThrownBy(planted)
        .isInstanceOfSatisfying(
            Violation.class,
            e -> org.assertj.core.api.Assertions.assertThat(e.property()).isEqualTo(property));
  }

  /** Makes the entries durable on two of three and committed by n1 in {@code term}. */
  private void commit(int term, Entry... entries) {
    log.hardState(new HardState(new Term(term), Optional.empty()));
    log.append(List.of(entries));
    n1.durable().become(log);
    n2.durable().become(log);
    oracles.onCommit(n1, log, log.lastIndex());
  }

  @Test
  void twoLeadersOfATerm() {
    oracles.onRole(n1, log, leads(2));
    oracles.onRole(n1, log, leads(2));
    assertFound("SingleLeaderPerTerm", () -> oracles.onRole(n2, log, leads(2)));
  }

  @Test
  void aLeaderWithoutACommittedEntry() {
    commit(2, entry(2, 1));
    oracles.onRole(n2, new Mirror(THREE), leads(1));
    assertFound("LeaderCompleteness", () -> oracles.onRole(n2, new Mirror(THREE), leads(3)));
  }

  @Test
  void aLeaderThatOverwritesItsLog() {
    log.append(List.of(entry(1, 1), entry(1, 2)));
    oracles.onRole(n1, log, leads(2));
    assertFound("LeaderAppendOnly", () -> oracles.onPersist(n1, log, persist(entry(2, 2))));
    oracles.onRole(
        n1, log, new Effect.RoleChanged(Role.FOLLOWER, new Term(3), Optional.of(new NodeId(2))));
    oracles.onPersist(n1, log, persist(entry(3, 2)));
  }

  @Test
  void aCommittedEntryOverwritten() {
    commit(1, entry(1, 1), entry(1, 2));
    assertFound("CommittedKept", () -> oracles.onPersist(n1, log, persist(entry(2, 2))));
  }

  @Test
  void gapsAndFallingTerms() {
    assertFound("LogWithoutGaps", () -> oracles.onPersist(n1, log, persist(entry(1, 2))));
    log.hardState(new HardState(new Term(5), Optional.empty()));
    HardState older = new HardState(new Term(4), Optional.empty());
    assertFound(
        "TermsRise",
        () ->
            oracles.onPersist(
                n1, log, new Effect.Persist(1, Optional.of(older), List.of(), List.of())));
  }

  @Test
  void entriesOfOneTermThatDiffer() {
    oracles.onPersist(n1, log, persist(command(1, 1, 1)));
    oracles.onPersist(n2, log, persist(command(1, 1, 1)));
    assertFound("LogMatching", () -> oracles.onPersist(n2, log, persist(command(1, 1, 2))));
    Mirror other = new Mirror(THREE);
    other.append(List.of(entry(1, 1)));
    oracles.onPersist(n1, other, persist(entry(3, 2)));
    Mirror another = new Mirror(THREE);
    another.append(List.of(entry(2, 1)));
    assertFound("LogMatching", () -> oracles.onPersist(n2, another, persist(entry(3, 2))));
  }

  @Test
  void anotherEntryCommittedAtTheSameIndex() {
    commit(1, entry(1, 1));
    Mirror other = new Mirror(THREE);
    other.append(List.of(entry(2, 1)));
    n2.durable().become(other);
    assertFound("StateMachineSafety", () -> oracles.onCommit(n2, other, new LogIndex(1)));
  }

  @Test
  void aCommitThatOnlyAMinorityHas() {
    log.append(List.of(entry(1, 1)));
    n1.durable().become(log);
    assertFound("CommittedOnMajority", () -> oracles.onCommit(n1, log, new LogIndex(1)));
  }

  @Test
  void aCommitBeyondTheLogOrBackwards() {
    assertFound("CommitFollowsLog", () -> oracles.onCommit(n1, log, new LogIndex(1)));
    commit(1, entry(1, 1), entry(1, 2));
    assertFound("CommitFollowsLog", () -> oracles.onCommit(n1, log, new LogIndex(1)));
  }

  @Test
  void aStateThatDiffersFromTheOthers() {
    commit(1, entry(1, 1));
    assertFound("StateMachineSafety", () -> oracles.onApplied(n1, entry(1, 1), 3));
  }

  @Test
  void aRequestThatTakesEffectTwice() {
    Cluster forgetful =
        new Cluster(
            WorldOptions.calm(1, false),
            Mutants.FORGETS_REQUESTS,
            new Prng(1),
            Cluster.Watch.by(Trace.off()));
    SimNode only = forgetful.nodes().getFirst();
    Mirror log = new Mirror(Membership.of(List.of(new NodeId(1))));
    log.append(List.of(registration(1), command(1, 2, 1), command(1, 3, 1)));
    only.durable().become(log);
    assertFound("ExactlyOnce", () -> forgetful.oracles().onCommit(only, log, new LogIndex(3)));
  }

  @Test
  void anAcknowledgedWriteThatIsNotCommitted() {
    commit(1, registration(1), command(1, 2, 1));
    oracles.onAcknowledged(SESSION, 1);
    assertFound("AcknowledgedWriteKept", () -> oracles.onAcknowledged(SESSION, 2));
  }

  @Test
  void aRestartThatFindsLessThanWasSyncedOrWhatNobodyWrote() {
    Mirror found = new Mirror(THREE);
    oracles.onRecovered(n1, found);
    found.append(List.of(entry(1, 1)));
    assertFound("DurableKept", () -> oracles.onRecovered(n1, found));
    n1.pending().add(persist(entry(1, 1), entry(1, 2)));
    oracles.onRecovered(n1, found);
    n1.durable().append(List.of(entry(1, 1), entry(1, 2), entry(1, 3)));
    assertFound("DurableKept", () -> oracles.onRecovered(n1, new Mirror(THREE)));
    Mirror voted = new Mirror(THREE);
    voted.become(n1.durable());
    voted.hardState(new HardState(new Term(1), Optional.of(new NodeId(1))));
    assertFound("DurableKept", () -> oracles.onRecovered(n1, voted));
    Mirror other = new Mirror(THREE);
    other.append(List.of(entry(1, 1), entry(1, 2), command(1, 3, 1)));
    n1.pending().clear();
    assertFound("DurableKept", () -> oracles.onRecovered(n1, other));
  }

  @Test
  void aReceiveThatIsNotAfterItsSend() {
    Frames frames = new Frames(2, false);
    EventStamp sent = frames.sent(1, new LamportTime(4));
    assertFound("LamportClock", () -> frames.received(0, new LamportTime(4), sent));
    frames.received(0, new LamportTime(5), sent);
    assertThat(frames.captured()).isEmpty();
  }

  @Test
  void aClockThatComesAgain() {
    Frames frames = new Frames(2, true);
    EventStamp sent = frames.sent(1, new LamportTime(4));
    assertFound("LamportClock", () -> frames.sent(1, new LamportTime(4)));
    frames.received(0, new LamportTime(5), sent);
    assertFound("LamportClock", () -> frames.sent(0, new LamportTime(5)));
    assertThat(frames.captured()).hasSize(2);
    assertThat(frames.captured().getLast().cause()).contains(sent);
  }

  @Test
  void logsThatDifferBelowACommonEntry() {
    n1.durable().append(List.of(entry(1, 1), entry(3, 2), entry(4, 3)));
    n2.durable().append(List.of(entry(1, 1), entry(3, 2)));
    oracles.checkAll();
    n2.durable().append(List.of(command(1, 1, 1), entry(3, 2)));
    assertFound("LogMatching", oracles::checkAll);
  }

  @Test
  void aCoreThatSaysAnythingElseThanWhatItWrote() {
    n1.start();
    oracles.checkAll();
    n1.life().orElseThrow().memory().append(List.of(entry(1, 1)));
    assertFound("ViewAgrees", oracles::checkAll);
  }

  private static Entry members(int term, int index, Membership members) {
    return new Entry(new Term(term), new LogIndex(index), Entry.Kind.MEMBERS, members.encode());
  }

  private static Membership voters(int... ids) {
    return Membership.of(java.util.Arrays.stream(ids).mapToObj(NodeId::new).toList());
  }

  @Test
  void votersThatChangeWithoutAJointConfiguration() {
    assertThat(Oracles.quorumsMeet(THREE, voters(1, 2, 3, 4))).isTrue();
    assertThat(Oracles.quorumsMeet(THREE, voters(1, 2, 4))).isFalse();
    assertThat(Oracles.quorumsMeet(voters(1), voters(2))).isFalse();
    assertFound(
        "QuorumsMeet", () -> oracles.onPersist(n1, log, persist(members(1, 1, voters(1, 2, 4)))));
    assertFound(
        "IdsRise",
        () ->
            oracles.onPersist(
                n1,
                log,
                persist(members(2, 1, voters(1, 2, 3, 4)), members(2, 2, voters(1, 2, 3)))));
  }

  @Test
  void oneThatLeadsAlthoughItKnowsThatItIsRemoved() {
    commit(1, members(1, 1, voters(2)));
    assertFound("RemovedNeverLeads", () -> oracles.onRole(n1, log, leads(2)));
  }

  @Test
  void oneThatStopsAlthoughItBelongsToTheGroup() {
    assertFound("RemovedOnPurpose", () -> oracles.onRemoved(n1));
    commit(1, members(1, 1, voters(2)));
    oracles.onRemoved(n1);
    assertThat(oracles.members()).isEqualTo(voters(2));
  }

  @Test
  void aMembershipThatNoEntrySays() {
    n1.start();
    commit(1, members(1, 1, voters(1, 2, 3, 4)));
    n1.life().orElseThrow().memory().become(log);
    oracles.onMembers(n1, voters(1, 2, 3, 4), new LogIndex(1));
    assertFound("MembersAgree", () -> oracles.onMembers(n1, THREE, new LogIndex(1)));
  }

  @Test
  void aSnapshotOfWhatWasNeverCommittedOrOfAnotherState() {
    commit(1, entry(1, 1));
    Recovered.Place other = new Recovered.Place(new LogIndex(1), new Term(2));
    Recovered.Place later = new Recovered.Place(new LogIndex(2), new Term(1));
    assertFound("CommittedOnly", () -> oracles.onInstalled(n2, other));
    assertFound("CommittedOnly", () -> oracles.onInstalled(n2, later));
    Optional<Recovered.MembersAt> at = Optional.of(new Recovered.MembersAt(LogIndex.ZERO, THREE));
    StateAt state = new StateAt(new LogIndex(1), new Term(1), LogIndex.ZERO, at);
    int print = new SimMachine(WorldRules.ALL, new org.volvox.base.MemoryStore()).fingerprint();
    oracles.onSnapshot(n2, state, print);
    assertFound("SnapshotsEqual", () -> oracles.onSnapshot(n2, state, print + 1));
    StateAt stranger = new StateAt(new LogIndex(1), new Term(1), LogIndex.ZERO, Optional.empty());
    assertFound("MembersAgree", () -> oracles.onSnapshot(n2, stranger, print));
  }

  @Test
  void aHandoverToOneThatLacksEntries() {
    log.append(List.of(entry(1, 1)));
    Effect.Send send = new Effect.Send(new NodeId(2), new Message.TimeoutNow(new Term(1)));
    assertFound("TransferWhenCaughtUp", () -> oracles.onSend(n1, log, send));
    n2.durable().become(log);
    oracles.onSend(n1, log, send);
  }
}
