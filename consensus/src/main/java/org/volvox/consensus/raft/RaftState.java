package org.volvox.consensus.raft;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
  private final MembersLog members;
  private Recovered.MembersAt inForce;
  private Quorum quorum;
  private boolean membersChanged;
  private boolean removedTold;
  private boolean votesForSomebody;
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
    members = new MembersLog(config.initial(), recovered);
    inForce = members.newest();
    quorum = new Quorum(inForce.members());
    leaderHeardAt = now;
    // Nobody else could be leading a group of one.
    boolean alone = inForce.members().voters().equals(List.of(config.self()));
    role = new RoleState.Leaderless(alone ? now : now.plus(electionTimeout()));
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

  LogIndex applied() {
    return applied;
  }

  MonoTime leaderHeardAt() {
    return leaderHeardAt;
  }

  /** Who belongs to the group: by the newest entry that says so, committed or not (section 6). */
  Membership members() {
    return inForce.members();
  }

  /** The same with the entry that made it; zero for the one that the group began with. */
  Recovered.MembersAt inForce() {
    return inForce;
  }

  /** The last membership that is surely committed. */
  Membership membersCommitted() {
    return members.committed().members();
  }

  Quorum quorum() {
    return quorum;
  }

  boolean isSelf(NodeId id) {
    return id.equals(config.self());
  }

  /** Whether this member has a vote of its own. */
  boolean isVoter() {
    return members().isVoter(config.self());
  }

  /**
   * Whether this member may ask for votes: also one whose removal is not committed as far as it
   * knows, since it may be the only one that has the entry (thesis 4.2.2). After a restart it may
   * have forgotten what was committed, even that it was let in. And one whose vote somebody wants:
   * by that one's log it has a vote, and its own log may be the newest there is.
   */
  boolean mayStand() {
    boolean isWanted = votesForSomebody && members().member(config.self()).isPresent();
    return isWanted || members.isVoterInAny(config.self());
  }

  /** Somebody asks for this member's vote, so that by a log that is not its own it has one. */
  void voteWanted() {
    votesForSomebody = true;
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

  /**
   * A span at random, so that members do not ask for votes at the same time (section 5.2); later
   * for those who should rather not lead.
   */
  Duration electionTimeout() {
    Duration span = between(config.askAfterMin(), config.electionTimeoutMax());
    int own = members().member(config.self()).map(Member::priority).orElse(Member.PRIORITY_DEFAULT);
    return own < members().priorityMax()
        ? span.plus(config.electionTimeoutMax().minus(config.electionTimeoutMin()))
        : span;
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
    votesForSomebody = false;
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
    if (entry.kind() == Entry.Kind.MEMBERS) {
      members.append(entry);
      refreshMembers();
    }
  }

  /** Where a member that asks the leader begins to count, never twice the same. */
  long drawNumber() {
    return (long) prng.below(1 << 30) << 32;
  }

  /** Removes entries that a leader's log contradicts (section 5.3). */
  void truncateFrom(LogIndex first) {
    Invariant.check(first.isAfter(commit), "committed entry would be removed", first, commit);
    log.truncateFrom(first);
    out.onTruncated(first);
    members.truncateFrom(first);
    refreshMembers();
  }

  void commitTo(LogIndex index) {
    Invariant.check(index.isAfter(commit), "commit does not rise", commit, index);
    commit = index;
    members.commit(index);
    refreshMembers();
  }

  /** The entries up to {@code index} are in the durable state and may go. */
  void purge(LogIndex index) {
    log.purge(index);
    out.purge(log.base());
  }

  /** A snapshot takes the place of the log and, once that is durable, of the state. */
  void install(Recovered.Place snapshot, Recovered.MembersAt membersThen) {
    Invariant.check(
        snapshot.index().isAfter(commit), "snapshot of what is committed", snapshot, commit);
    Invariant.check(
        !snapshot.term().isAfter(hard.term()), "snapshot of a later term", snapshot, hard);
    log.reset(snapshot);
    out.install(snapshot);
    commit = snapshot.index();
    commitAnnounced = commit;
    if (rules.takesMembersOfSnapshot()) {
      members.reset(membersThen);
    }
    refreshMembers();
  }

  private void refreshMembers() {
    Recovered.MembersAt next = rules.usesNewestMembers() ? members.newest() : members.committed();
    if (!next.equals(inForce)) {
      inForce = next;
      quorum = new Quorum(next.members());
      membersChanged = true;
    }
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
    if (membersChanged) {
      membersChanged = false;
      out.announce(new Effect.MembersChanged(inForce.members(), inForce.index()));
    }
    if (!removedTold && isGone(membersCommitted(), config.self())) {
      tellRemoved();
    }
    out.flush(hard, commitToAnnounce(), effects);
    checkInvariants();
    hardBefore = hard;
    commitBefore = commit;
  }

  /** Ids are given in order and never twice: who is missing below the last was removed. */
  static boolean isGone(Membership members, NodeId id) {
    return id.value() <= members.lastId() && members.member(id).isEmpty();
  }

  /** This member surely belongs to the group no more; said once. */
  void tellRemoved() {
    if (!removedTold) {
      removedTold = true;
      out.announce(new Effect.Removed());
    }
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
            ? leader.peers().stream().map(peer -> peer.view(log.base().index())).toList()
            : List.of(),
        log.base().index(),
        members(),
        role instanceof Leader leading && leading.transfer().isPresent(),
        leaderHeardAt.nanos());
  }

  private Optional<LogIndex> commitToAnnounce() {
    if (!commit.isAfter(commitAnnounced)) {
      return Optional.empty();
    }
    commitAnnounced = commit;
    return Optional.of(commit);
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
        !log.base().index().isAfter(commit), "log begins beyond commit", log.base(), commit);
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
