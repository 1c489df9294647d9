package org.volvox.consensus.raft;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Term;

/**
 * The state of a member (figure 2) and the invariants that hold after every step. Shared by the
 * handlers of one {@link Raft}; changed only through these methods.
 *
 * <ol>
 *   <li>Term and commit index never fall; a vote is never taken back within a term.
 *   <li>applied is at most commit, commit and durable at most the last index.
 *   <li>The log has no entry of a term above the current one.
 *   <li>A candidate or leader has voted for itself; a leader's term is that of its last entry.
 * </ol>
 */
final class RaftState {
  private final RaftConfig config;
  private final Rules rules;
  private final Prng prng;
  private final LogTail log;
  private final Outbox out;
  private final long[] scratch;
  private HardState hard;
  private RoleState role;
  private LogIndex commit;
  private LogIndex commitAnnounced = LogIndex.ZERO;
  private LogIndex applied = LogIndex.ZERO;

  /** When a leader that works was last known, this member included. */
  private MonoTime leaderHeardAt;

  private Effect.RoleChanged announced;

  /** What the last step left, for the invariants. */
  private HardState hardBefore;

  private LogIndex commitBefore;

  RaftState(RaftConfig config, Rules rules, Prng prng, Recovered recovered, MonoTime now) {
    this.config = config;
    this.rules = rules;
    this.prng = prng;
    hard = recovered.hardState();
    hardBefore = hard;
    commit = recovered.commit();
    commitBefore = commit;
    log = new LogTail(recovered, config.tailBytesMax());
    out = new Outbox(rules, recovered.lastIndex());
    scratch = new long[config.voters().size()];
    leaderHeardAt = now;
    // Nobody else could be leading a group of one.
    role =
        new RoleState.Leaderless(config.voters().size() == 1 ? now : now.plus(electionTimeout()));
    announced = roleChanged();
  }

  RaftConfig config() {
    return config;
  }

  Rules rules() {
    return rules;
  }

  LogTail log() {
    return log;
  }

  Outbox out() {
    return out;
  }

  RoleState role() {
    return role;
  }

  Term term() {
    return hard.term();
  }

  Optional<NodeId> votedFor() {
    return hard.votedFor();
  }

  LogIndex commit() {
    return commit;
  }

  MonoTime leaderHeardAt() {
    return leaderHeardAt;
  }

  /** One place for each voter, for quorum arithmetic; valid until the next use. */
  long[] scratch() {
    return scratch;
  }

  /** A voter's place in the configuration; empty for a stranger. */
  OptionalInt voter(NodeId id) {
    int at = config.voters().indexOf(id);
    return at < 0 ? OptionalInt.empty() : OptionalInt.of(at);
  }

  /** The leader of this term, if known. */
  Optional<NodeId> leader() {
    return switch (role) {
      case RoleState.Following(var leader, _) -> Optional.of(leader);
      case Leader _ -> Optional.of(config.self());
      case RoleState.Leaderless _, RoleState.PreCandidate _, RoleState.Candidate _ ->
          Optional.empty();
    };
  }

  /** The last index that this member may promise to others. */
  LogIndex promised() {
    return rules.answersAfterPersist() ? out.durable() : log.lastIndex();
  }

  boolean isStatePromised() {
    return !rules.answersAfterPersist() || out.isStateDurable();
  }

  /** A span at random, so that members do not ask for votes at the same time (section 5.2). */
  Duration electionTimeout() {
    return between(config.askAfterMin(), config.electionTimeoutMax());
  }

  /** How long to wait for answers to a vote or pre-vote before asking again. */
  Duration retryDelay() {
    return between(config.heartbeat(), config.heartbeat().multipliedBy(2));
  }

  Duration peerGoneDelay() {
    return between(Duration.ZERO, config.peerGoneDelayMax());
  }

  /** Why a member that is not the leader refuses: without a leader for long there is no quorum. */
  Effect.Refusal refusal(MonoTime now) {
    boolean lost =
        leader().isEmpty()
            && now.nanosSince(leaderHeardAt) >= config.electionTimeoutMax().toNanos();
    return lost ? Effect.Refusal.NO_QUORUM : Effect.Refusal.NOT_LEADER;
  }

  void become(RoleState next) {
    Invariant.check(
        !(role instanceof Leader) || !(next instanceof Leader), "leader becomes leader");
    role = next;
  }

  void leaderHeard(MonoTime now) {
    leaderHeardAt = now;
  }

  /** Raises the term; whoever leads it is not known (section 5.1). */
  void adoptTerm(Term term, MonoTime electionAt) {
    Invariant.check(term.isAfter(hard.term()), "term does not rise", hard.term(), term);
    hard = new HardState(term, Optional.empty());
    out.writeState();
    become(new RoleState.Leaderless(electionAt));
  }

  void vote(Term term, NodeId candidate) {
    hard = new HardState(term, Optional.of(candidate));
    out.writeState();
  }

  void append(Entry entry) {
    log.append(entry);
    out.write(entry);
  }

  /** Removes entries that a leader's log contradicts (section 5.3). */
  void truncateFrom(LogIndex first) {
    Invariant.check(first.isAfter(commit), "committed entry would be removed", first, commit);
    log.truncateFrom(first);
    out.onTruncated(first);
  }

  void commitTo(LogIndex index) {
    Invariant.check(index.isAfter(commit), "commit does not rise", commit, index);
    commit = index;
  }

  void onPersisted(Input.Persisted written) {
    out.onPersisted(written, log);
    log.dropDurable(out.durable());
  }

  void onApplied(LogIndex index) {
    applied = applied.isAfter(index) ? applied : index;
  }

  /** Ends a step: hands over its effects and checks what must hold between steps. */
  void flush(Consumer<Effect> effects) {
    Effect.RoleChanged current = roleChanged();
    if (!current.equals(announced)) {
      announced = current;
      out.announce(current);
    }
    out.flush(hard, commitToAnnounce(), effects);
    checkInvariants();
    hardBefore = hard;
    commitBefore = commit;
  }

  RaftView view() {
    return new RaftView(
        config.self(),
        role.role(),
        hard,
        leader(),
        commit,
        applied,
        log.lastIndex(),
        log.lastTerm(),
        out.durable(),
        role instanceof Leader leader
            ? leader.peers().stream().map(Progress::view).toList()
            : List.of());
  }

  private Optional<LogIndex> commitToAnnounce() {
    LogIndex index = commit.isAfter(promised()) ? promised() : commit;
    if (!index.isAfter(commitAnnounced)) {
      return Optional.empty();
    }
    commitAnnounced = index;
    return Optional.of(index);
  }

  private Effect.RoleChanged roleChanged() {
    return new Effect.RoleChanged(role.role(), hard.term(), leader());
  }

  private Duration between(Duration from, Duration to) {
    int micros = prng.between((int) (from.toNanos() / 1000), (int) (to.toNanos() / 1000));
    return Duration.ofNanos(micros * 1000L);
  }

  private void checkInvariants() {
    Invariant.check(!hard.term().isBefore(hardBefore.term()), "term fell", hardBefore, hard);
    Invariant.check(!commit.isBefore(commitBefore), "commit fell", commitBefore, commit);
    Invariant.check(
        !commit.isAfter(log.lastIndex()), "commit beyond the log", commit, log.lastIndex());
    Invariant.check(
        !out.durable().isAfter(log.lastIndex()),
        "durable beyond the log",
        out.durable(),
        log.lastIndex());
    Invariant.check(!applied.isAfter(commit), "applied beyond commit", applied, commit);
    Invariant.check(
        !log.lastTerm().isAfter(hard.term()), "entry of a later term", log.lastTerm(), hard);
    boolean voteKept =
        !rules.votesOncePerTerm()
            || !hard.term().equals(hardBefore.term())
            || hardBefore.votedFor().isEmpty()
            || hard.votedFor().equals(hardBefore.votedFor());
    Invariant.check(voteKept, "voted twice in a term", hardBefore, hard);
    if (role instanceof Leader leader) {
      Invariant.check(
          log.lastTerm().equals(hard.term()), "leader without a no-op", log.lastTerm(), hard);
      for (Progress peer : leader.peers()) {
        peer.checkInvariants(log.lastIndex());
      }
    }
    if (role instanceof Leader || role instanceof RoleState.Candidate) {
      Invariant.check(
          hard.votedFor().equals(Optional.of(config.self())),
          "stands without its own vote",
          config.self(),
          hard);
    }
  }
}
