package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MemoryStore;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.machine.Command;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.RaftView;
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
    leading = new boolean[watched.size()];
    commits = new long[watched.size()];
  }

  int committedCount() {
    return committed.size();
  }

  void onRecovered(SimNode node, Mirror found) {
    Mirror expected = new Mirror();
    expected.become(node.durable());
    boolean kept = same(expected, found);
    for (Effect.Persist persist : node.pending()) {
      persist.state().ifPresent(expected::hardState);
      kept |= same(expected, found);
      for (Entry entry : persist.entries()) {
        expected.append(List.of(entry));
        kept |= same(expected, found);
      }
    }
    // A mutant whose syncs do nothing is to be caught by what comes of it.
    if (!kept && rules.syncs()) {
      throw new Violation(
          "DurableKept",
          node.id() + " synced " + text(node.durable()) + " and found " + text(found));
    }
  }

  private static boolean same(Mirror left, Mirror right) {
    if (left.size() != right.size() || !left.hardState().equals(right.hardState())) {
      return false;
    }
    for (int i = left.size() - 1; i >= 0; i--) {
      if (!left.entries().get(i).equals(right.entries().get(i))) {
        return false;
      }
    }
    return true;
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
      if (leading[node.endpoint()]) {
        throw new Violation("LeaderAppendOnly", node.id() + " leads and overwrites " + first);
      }
      if (first.value() <= commits[node.endpoint()]) {
        throw new Violation(
            "CommittedKept",
            node.id() + " overwrites " + first + ", committed " + commits[node.endpoint()]);
      }
    }
    Term previous =
        first.value() == 1 ? Term.ZERO : before.at(new LogIndex(first.value() - 1)).term();
    for (Entry entry : persist.entries()) {
      match(node, entry, previous);
      previous = entry.term();
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
    if (index.value() < from || !log.has(index)) {
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
    int holders = 0;
    for (SimNode each : nodes) {
      holders += each.durable().holds(entry.index(), entry.term()) ? 1 : 0;
    }
    if (holders * 2 <= nodes.size()) {
      throw new Violation(
          "CommittedOnMajority",
          node.id()
              + " commits "
              + entry.index()
              + ", durable on "
              + holders
              + " of "
              + nodes.size());
    }
    digest.mix(entry.index().value());
    digest.mix(entry.term().value());
    int effect = entry.kind() == Entry.Kind.COMMAND ? take(entry) : 0;
    committed.add(new Committed(entry, log.hardState().term(), effect));
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
            && view.durableIndex().compareTo(node.durable().lastIndex()) <= 0;
    if (!agrees) {
      throw new Violation("ViewAgrees", node.id() + " says " + view + " of " + text(log));
    }
    for (int i = 0; i < commits[node.endpoint()]; i++) {
      if (!log.entries().get(i).equals(committed.get(i).entry)) {
        throw new Violation("StateMachineSafety", node.id() + " lost committed entry " + (i + 1));
      }
    }
  }

  /** The dumb form of log matching: below a common (index, term) all is equal. */
  private static void compare(SimNode left, SimNode right) {
    List<Entry> one = left.durable().entries();
    List<Entry> two = right.durable().entries();
    int at = Math.min(one.size(), two.size()) - 1;
    while (at >= 0 && !one.get(at).term().equals(two.get(at).term())) {
      at--;
    }
    for (; at >= 0; at--) {
      if (!one.get(at).equals(two.get(at))) {
        throw new Violation(
            "LogMatching", left.id() + " and " + right.id() + " differ at " + (at + 1));
      }
    }
  }
}
