package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.machine.Command;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Recovered;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.consensus.raft.Role;
import org.volvox.sim.Digest;

/**
 * Sees all machines at once and throws a {@link Violation} when a property of figure 3 of the Raft
 * paper, or one that a client relies on, does not hold. Each event checks what it changed.
 *
 * <ul>
 *   <li>SingleLeaderPerTerm, LeaderAppendOnly, LogMatching, LeaderCompleteness, StateMachineSafety
 *       (one committed value for each index, for ever): figure 3.
 *   <li>CommittedOnMajority: what is committed is durable on a majority at that moment.
 *   <li>DurableKept: a restart finds what was synced, and nothing that was never written.
 *   <li>AcknowledgedWriteKept, ExactlyOnce: of client sessions.
 *   <li>QuorumsMeet, MembersAgree, RemovedNeverLeads, RemovedOnPurpose, TransferWhenCaughtUp: of
 *       members that come and go.
 *   <li>SnapshotsEqual, CommittedOnly: a snapshot is the state that the log makes.
 *   <li>LamportClock is {@link Frames}'s.
 * </ul>
 */
final class Oracles {
  private final Stats stats;
  private final Digest digest;
  private final WorldRules rules;
  private final List<SimNode> nodes = new ArrayList<>();
  private final Map<Term, Integer> leaders = new TreeMap<>();
  private final List<Committed> committed = new ArrayList<>();
  private final List<List<Seen>> seen = new ArrayList<>();
  private final Set<Long> effects = new LinkedHashSet<>();
  private final SimMachine truth;

  /** What the state is like after each committed entry, and who is a member then. */
  private final List<Integer> prints = new ArrayList<>();

  private final List<Optional<Membership>> membersThen = new ArrayList<>();
  private Membership members = Membership.EMPTY;
  private boolean[] leading = new boolean[0];
  private long[] commits = new long[0];

  /** A committed entry, the term that its first committer was in, and what applying it gives. */
  private record Committed(Entry entry, Term committedIn, int effect) {}

  /** An entry that some log has had, with the term of the entry before it. */
  private record Seen(Term term, Term previousTerm, Bytes payload) {}

  Oracles(Stats stats, Digest digest, WorldRules rules) {
    this.stats = stats;
    this.digest = digest;
    this.rules = rules;
    truth = new SimMachine(rules, new MemoryStore());
  }

  void watch(List<SimNode> watched) {
    nodes.addAll(watched);
    members = watched.getFirst().config().initial();
    leading = new boolean[watched.size()];
    commits = new long[watched.size()];
  }

  Optional<Entry> committedAt(LogIndex index) {
    int at = (int) index.value();
    return at < 1 || at > committed.size()
        ? Optional.empty()
        : Optional.of(committed.get(at - 1).entry);
  }

  int committedCount() {
    return committed.size();
  }

  void onRecovered(SimNode node, Mirror found) {
    Mirror expected = new Mirror(node.config().initial());
    expected.become(node.durable());
    boolean kept = isFound(expected, found, node);
    for (Effect write : node.pending()) {
      if (write instanceof Effect.Persist persist) {
        persist.state().ifPresent(expected::hardState);
        kept |= isFound(expected, found, node);
        for (Entry entry : persist.entries()) {
          expected.append(List.of(entry));
          kept |= isFound(expected, found, node);
        }
      } else {
        LogWriter.apply(write, expected, node);
        kept |= isFound(expected, found, node);
      }
    }
    // A mutant that takes part with less than it had is to be caught by what comes of it.
    if (!kept && rules.keepsWhatWasSynced()) {
      throw new Violation(
          "DurableKept",
          node.id() + " synced " + text(node.durable()) + " and found " + text(found));
    }
  }

  private static boolean isFound(Mirror expected, Mirror found, SimNode node) {
    StateAt state = node.stored().at();
    boolean hasState =
        state.index().compareTo(expected.lastIndex()) <= 0
            && expected.holds(state.index(), state.term());
    if (!hasState) {
      // Others had what this log did not have yet, or had otherwise: it begins behind the state.
      boolean termFits =
          expected.hardState().term().compareTo(state.term()) < 0
              ? found.hardState().equals(new HardState(state.term(), Optional.empty()))
              : found.hardState().equals(expected.hardState());
      return termFits
          && found.entries().isEmpty()
          && found.base().equals(new Recovered.Place(state.index(), state.term()));
    }
    return expected.hardState().equals(found.hardState())
        && expected.base().equals(found.base())
        && expected.entries().equals(found.entries());
  }

  private static String text(Mirror log) {
    return log.hardState() + " and a log up to " + log.lastIndex() + " of term " + log.lastTerm();
  }

  void onStarted(SimNode node, RaftView view) {
    leading[node.endpoint()] = false;
    commits[node.endpoint()] = view.commit().value();
  }

  void onPersist(SimNode node, Mirror before, Effect.Persist persist) {
    HardState old = before.hardState();
    HardState state = persist.state().orElse(old);
    if (state.term().compareTo(old.term()) < 0) {
      throw new Violation("TermsRise", node.id() + " went from " + old + " to " + state);
    }
    if (persist.entries().isEmpty()) {
      return;
    }
    LogIndex first = persist.entries().getFirst().index();
    if (first.compareTo(before.lastIndex().next()) > 0) {
      throw new Violation(
          "LogWithoutGaps", node.id() + " appends " + first + " to " + before.lastIndex());
    }
    if (first.compareTo(before.lastIndex()) <= 0) {
      stats.coverage().overwritten();
      if (leading[node.endpoint()]) {
        throw new Violation("LeaderAppendOnly", node.id() + " leads and overwrites " + first);
      }
      if (first.value() <= commits[node.endpoint()]) {
        throw new Violation(
            "CommittedKept",
            node.id() + " overwrites " + first + ", committed " + commits[node.endpoint()]);
      }
    }
    LogIndex behind = new LogIndex(first.value() - 1);
    Term previous = before.has(behind) ? before.at(behind).term() : before.base().term();
    Membership members = before.membersBefore(first);
    for (Entry entry : persist.entries()) {
      match(node, entry, previous);
      previous = entry.term();
      if (entry.kind() == Entry.Kind.MEMBERS) {
        Membership next = Mirror.members(entry);
        onChange(node, members, next);
        members = next;
      }
    }
  }

  /** What the one agrees on the other must hear of: each quorum meets each of the other's. */
  private static void onChange(SimNode node, Membership before, Membership next) {
    boolean known = !before.members().isEmpty();
    if (known && !quorumsMeet(before, next)) {
      throw new Violation(
          "QuorumsMeet", node.id() + " goes from " + before.voters() + " to " + next.voters());
    }
    if (next.lastId() < before.lastId()) {
      throw new Violation("IdsRise", node.id() + " goes from " + before + " to " + next);
    }
  }

  static boolean quorumsMeet(Membership one, Membership other) {
    for (List<NodeId> left : List.of(one.oldVoters(), one.newVoters())) {
      for (List<NodeId> right : List.of(other.oldVoters(), other.newVoters())) {
        List<NodeId> all = new ArrayList<>(left);
        right.stream().filter(id -> !left.contains(id)).forEach(all::add);
        if (left.size() / 2 + 1 + right.size() / 2 + 1 > all.size()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whom a core takes to be a member is what its log says, and what was committed there. */
  void onMembers(SimNode node, Membership members, LogIndex index) {
    int at = (int) index.value();
    if (at > 0 && at <= committed.size()) {
      Entry entry = committed.get(at - 1).entry;
      Life life = node.life().orElseThrow();
      boolean isThere = life.memory().holds(index, entry.term());
      if (isThere
          && (entry.kind() != Entry.Kind.MEMBERS || !Mirror.members(entry).equals(members))) {
        throw new Violation(
            "MembersAgree", node.id() + " takes " + members + " from entry " + index);
      }
    }
  }

  /** A machine says that it is no member any more: a committed entry must have said so. */
  void onRemoved(SimNode node) {
    Membership last = members();
    if (last.member(node.id()).isPresent() || node.id().value() > last.lastId()) {
      throw new Violation("RemovedOnPurpose", node.id() + " goes, but belongs to " + last);
    }
  }

  private Membership membersAt(long index) {
    return index == 0
        ? nodes.getFirst().config().initial()
        : membersThen.get((int) index - 1).orElseThrow();
  }

  /** The last committed membership. */
  Membership members() {
    return members;
  }

  /** A snapshot takes the place of a log. */
  void onInstalled(SimNode node, Recovered.Place place) {
    int at = (int) place.index().value();
    if (at > committed.size() || !committed.get(at - 1).entry.term().equals(place.term())) {
      throw new Violation("CommittedOnly", node.id() + " installs " + place);
    }
    commits[node.endpoint()] = Math.max(commits[node.endpoint()], at);
  }

  /** Snapshots of one index are equal, whoever made them. */
  void onSnapshot(SimNode node, StateAt at, int fingerprint) {
    digest.mix(fingerprint);
    int index = (int) at.index().value();
    if (index > 0 && prints.get(index - 1) != fingerprint) {
      throw new Violation(
          "SnapshotsEqual", node.id() + " has another state at entry " + at.index());
    }
    if (index > 0 && !at.members().map(MembersAt::members).equals(membersThen.get(index - 1))) {
      throw new Violation("MembersAgree", node.id() + " has " + at + " in its snapshot");
    }
  }

  /** Who is told to stand for election has all that its leader has. */
  void onSend(SimNode node, Mirror log, Effect.Send send) {
    if (send.message() instanceof Message.TimeoutNow && log.members().isVoter(node.id())) {
      SimNode to = nodes.get(send.to().value() - 1);
      if (!to.durable().holds(log.lastIndex(), log.lastTerm())) {
        throw new Violation(
            "TransferWhenCaughtUp",
            node.id() + " hands over to " + to.id() + ", which lacks entries");
      }
    }
  }

  /** Entries with the same index and term are the same, and so are those before them. */
  private void match(SimNode node, Entry entry, Term previous) {
    int at = (int) entry.index().value() - 1;
    while (seen.size() <= at) {
      seen.add(new ArrayList<>(1));
    }
    for (Seen other : seen.get(at)) {
      if (other.term.equals(entry.term())) {
        if (!other.previousTerm.equals(previous) || !other.payload.equals(entry.payload())) {
          throw new Violation(
              "LogMatching",
              node.id() + " has another entry " + entry.index() + " of term " + entry.term());
        }
        return;
      }
    }
    seen.get(at).add(new Seen(entry.term(), previous, entry.payload()));
  }

  void onRole(SimNode node, Mirror log, Effect.RoleChanged changed) {
    digest.mix(node.endpoint() << 1 | (changed.role() == Role.LEADER ? 1 : 0));
    leading[node.endpoint()] = changed.role() == Role.LEADER;
    if (changed.role() != Role.LEADER) {
      return;
    }
    long commit = commits[node.endpoint()];
    Membership known = membersAt(commit);
    // Ids ascend: who is missing above the last one has yet to come.
    boolean isRemoved = known.member(node.id()).isEmpty() && node.id().value() <= known.lastId();
    if (isRemoved && !log.hasVoterBehind(new LogIndex(commit), node.id())) {
      throw new Violation(
          "RemovedNeverLeads",
          node.id() + " leads, and knows that the voters are " + known.voters());
    }
    @Nullable Integer other = leaders.putIfAbsent(changed.term(), node.endpoint());
    if (other == null) {
      stats.elections++;
    } else if (other != node.endpoint()) {
      throw new Violation(
          "SingleLeaderPerTerm",
          "term " + changed.term() + " has leaders " + nodes.get(other).id() + " and " + node.id());
    }
    for (Committed past : committed) {
      if (past.committedIn.compareTo(changed.term()) < 0
          && !log.holds(past.entry.index(), past.entry.term())) {
        throw new Violation(
            "LeaderCompleteness",
            node.id()
                + " leads term "
                + changed.term()
                + " without entry "
                + past.entry.index()
                + " of term "
                + past.entry.term());
      }
    }
  }

  void onCommit(SimNode node, Mirror log, LogIndex index) {
    long from = commits[node.endpoint()];
    boolean isThere = log.has(index) || index.equals(log.base().index());
    if (index.value() < from || !isThere) {
      throw new Violation(
          "CommitFollowsLog",
          node.id()
              + " commits "
              + index
              + " after "
              + from
              + " with a log up to "
              + log.lastIndex()
              + ", durable up to "
              + node.durable().lastIndex());
    }
    for (long at = from + 1; at <= index.value(); at++) {
      Entry entry = log.at(new LogIndex(at));
      if (at <= committed.size()) {
        Entry first = committed.get((int) at - 1).entry;
        if (!first.equals(entry)) {
          throw new Violation(
              "StateMachineSafety",
              "index "
                  + at
                  + " was committed with term "
                  + first.term()
                  + ", now "
                  + node.id()
                  + " commits it with term "
                  + entry.term());
        }
      } else {
        commitFirst(node, log, entry);
      }
    }
    commits[node.endpoint()] = index.value();
  }

  private void commitFirst(SimNode node, Mirror log, Entry entry) {
    Membership inForce = node.view().map(RaftView::members).orElse(log.members());
    for (List<NodeId> half : List.of(inForce.oldVoters(), inForce.newVoters())) {
      long holders =
          half.stream()
              .filter(id -> nodes.get(id.value() - 1).durable().holds(entry.index(), entry.term()))
              .count();
      if (holders * 2 <= half.size()) {
        throw new Violation(
            "CommittedOnMajority",
            node.id() + " commits " + entry.index() + ", durable on " + holders + " of " + half);
      }
    }
    digest.mix(entry.index().value());
    digest.mix(entry.term().value());
    int effect = entry.kind() == Entry.Kind.COMMAND ? take(entry) : 0;
    committed.add(new Committed(entry, log.hardState().term(), effect));
    prints.add(truth.fingerprint());
    if (entry.kind() == Entry.Kind.MEMBERS) {
      members = Mirror.members(entry);
      stats.changes++;
    }
    membersThen.add(Optional.of(members));
    stats.commits++;
  }

  private int take(Entry entry) {
    SimMachine.Applied applied = truth.apply(entry.index(), entry.payload());
    Command command = applied.command();
    boolean inSession = !command.session().equals(SessionId.NONE);
    if (applied.fresh() && inSession && !effects.add(request(command.session(), command.seq()))) {
      throw new Violation(
          "ExactlyOnce",
          "request "
              + command.seq()
              + " of "
              + command.session()
              + " takes effect again at "
              + entry.index());
    }
    return applied.effect();
  }

  private static long request(SessionId session, long sequence) {
    return session.value() << 32 | sequence;
  }

  /** By induction over equal effects, equal states. */
  void onApplied(SimNode node, Entry entry, int effect) {
    digest.mix(effect);
    if (committed.get((int) entry.index().value() - 1).effect != effect) {
      throw new Violation(
          "StateMachineSafety",
          node.id() + " applied " + entry.index() + " with another effect than the others");
    }
  }

  /** A client was told that its write is done. */
  void onAcknowledged(SessionId session, long sequence) {
    if (!effects.contains(request(session, sequence))) {
      throw new Violation(
          "AcknowledgedWriteKept",
          "request " + sequence + " of " + session + " is done but not committed");
    }
  }

  /** Compares all logs with each other and with what each core says of itself. */
  void checkAll() {
    for (SimNode node : nodes) {
      node.life().ifPresent(life -> check(node, life));
    }
    for (SimNode left : nodes) {
      for (SimNode right : nodes) {
        if (left.endpoint() < right.endpoint()) {
          compare(left, right);
        }
      }
    }
  }

  private void check(SimNode node, Life life) {
    RaftView view = life.view();
    Mirror log = life.memory();
    boolean agrees =
        view.lastIndex().equals(log.lastIndex())
            && view.lastTerm().equals(log.lastTerm())
            && view.hardState().equals(log.hardState())
            && view.commit().value() >= commits[node.endpoint()]
            && view.baseIndex().equals(log.base().index())
            && view.durableIndex().compareTo(node.durable().lastIndex()) <= 0;
    if (!agrees) {
      throw new Violation("ViewAgrees", node.id() + " says " + view + " of " + text(log));
    }
    if (!view.members().equals(log.members())) {
      throw new Violation(
          "MembersAgree", node.id() + " takes " + view.members() + ", its log " + log.members());
    }
    for (Entry entry : log.entries()) {
      long at = entry.index().value();
      if (at <= commits[node.endpoint()] && !entry.equals(committed.get((int) at - 1).entry)) {
        throw new Violation("StateMachineSafety", node.id() + " lost committed entry " + at);
      }
    }
  }

  /** The dumb form of log matching: below a common (index, term) all is equal. */
  private static void compare(SimNode left, SimNode right) {
    Mirror one = left.durable();
    Mirror two = right.durable();
    LogIndex at =
        one.lastIndex().compareTo(two.lastIndex()) < 0 ? one.lastIndex() : two.lastIndex();
    boolean common = false;
    while (one.has(at) && two.has(at)) {
      common |= one.at(at).term().equals(two.at(at).term());
      if (common && !one.at(at).equals(two.at(at))) {
        throw new Violation("LogMatching", left.id() + " and " + right.id() + " differ at " + at);
      }
      at = new LogIndex(at.value() - 1);
    }
  }
}
