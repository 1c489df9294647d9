package org.volvox.consensus.raft;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Term;

/**
 * One core, driven by hand: n1 of a group, unless said otherwise. {@code effects} are those of the
 * last call; writes stay on their way until {@link #persist}.
 */
final class Core {
  final Raft raft;
  final List<Effect> effects = new ArrayList<>();
  final ArrayDeque<Effect.Persist> writes = new ArrayDeque<>();
  final List<Entry> diskLog = new ArrayList<>();
  private final int size;
  private MonoTime now = new MonoTime(1_000_000_000L);

  Core(RaftConfig config, Rules rules, Recovered recovered, List<Entry> diskLog) {
    this.size = config.initial().voters().size();
    this.diskLog.addAll(diskLog);
    raft = new Raft(config, rules, new Prng(42), recovered, now);
  }

  static Core of(int size) {
    return of(size, Rules.PAPER);
  }

  static Core of(int size, Rules rules) {
    return new Core(config(size), rules, Recovered.NOTHING, List.of());
  }

  /** With a log of one entry of each given term, all in memory, at the given current term. */
  static Core withLog(int size, long term, long... terms) {
    return withLog(size, Rules.PAPER, term, terms);
  }

  static Core withLog(int size, Rules rules, long term, long... terms) {
    List<Entry> log = log(terms);
    HardState state = new HardState(new Term(term), Optional.empty());
    return new Core(config(size), rules, Recoveries.of(state, log, log.size()), log);
  }

  static RaftConfig config(int size) {
    return RaftConfig.of(
        new NodeId(1), IntStream.rangeClosed(1, size).mapToObj(NodeId::new).toList());
  }

  static List<Entry> log(long... terms) {
    List<Entry> log = new ArrayList<>();
    for (long term : terms) {
      log.add(entry(term, log.size() + 1));
    }
    return log;
  }

  static Entry entry(long term, long index) {
    return new Entry(
        new Term(term),
        new LogIndex(index),
        Entry.Kind.COMMAND,
        Bytes.utf8("t" + term + "i" + index));
  }

  static Message.Append append(
      long term, long previousIndex, long previousTerm, long commit, Entry... entries) {
    return new Message.Append(
        new Term(term),
        new LogIndex(previousIndex),
        new Term(previousTerm),
        new LogIndex(commit),
        0,
        List.of(entries));
  }

  static Message.AppendAccepted accepted(long term, long match) {
    return new Message.AppendAccepted(new Term(term), new LogIndex(match), 0);
  }

  static Message.Vote vote(long term, long lastIndex, long lastTerm) {
    return new Message.Vote(new Term(term), new LogIndex(lastIndex), new Term(lastTerm), false);
  }

  static Message.PreVote preVote(long term, long lastIndex, long lastTerm) {
    return new Message.PreVote(new Term(term), new LogIndex(lastIndex), new Term(lastTerm));
  }

  static Message.VoteReply voteReply(long term, boolean granted) {
    return new Message.VoteReply(new Term(term), granted);
  }

  static Message.PreVoteReply preVoteReply(long term, boolean granted) {
    return new Message.PreVoteReply(new Term(term), granted);
  }

  MonoTime now() {
    return now;
  }

  RaftView view() {
    return raft.view();
  }

  Role role() {
    return view().role();
  }

  long term() {
    return view().hardState().term().value();
  }

  long commit() {
    return view().commit().value();
  }

  Core step(Input input) {
    effects.clear();
    raft.step(input, this::start);
    return this;
  }

  Core receive(int from, Message message) {
    return step(new Input.Received(new NodeId(from), message, now));
  }

  Core propose(String... texts) {
    List<Input.Proposal> proposals = new ArrayList<>();
    for (String text : texts) {
      proposals.add(new Input.Proposal(text.length(), Bytes.utf8(text)));
    }
    return step(new Input.Propose(proposals, now));
  }

  Core read(long read) {
    return step(new Input.Read(read, now));
  }

  /** Makes all writes durable, one after the other; effects are of all of these steps. */
  Core persist() {
    effects.clear();
    while (!writes.isEmpty()) {
      persistFirst();
    }
    return this;
  }

  /** Makes the oldest write durable. */
  Core persistOne() {
    effects.clear();
    persistFirst();
    return this;
  }

  /** Lets time pass, firing timers as they come; effects are of all of these steps. */
  Core elapse(Duration span) {
    effects.clear();
    MonoTime end = now.plus(span);
    while (raft.nextDeadline().isPresent() && !end.isBefore(raft.nextDeadline().get())) {
      MonoTime deadline = raft.nextDeadline().get();
      now = deadline.isBefore(now) ? now : deadline;
      raft.step(new Input.TimerFired(now), this::start);
    }
    now = end;
    return this;
  }

  /** Lets time pass while the core does not run. */
  Core pause(Duration span) {
    now = now.plus(span);
    return this;
  }

  /** Fires the next timer, when it is due. */
  Core timeout() {
    MonoTime deadline = raft.nextDeadline().orElseThrow();
    now = deadline.isBefore(now) ? now : deadline;
    return step(new Input.TimerFired(now));
  }

  /** Makes this core a candidate whose vote requests have left. */
  Core stand() {
    timeout();
    for (int id = 2; role() == Role.PRE_CANDIDATE && id <= size; id++) {
      receive(id, preVoteReply(term() + 1, true));
    }
    return persist();
  }

  /** Makes this core the leader; nothing of its term is durable or answered yet. */
  Core lead() {
    stand();
    for (int id = 2; role() == Role.CANDIDATE && id <= size; id++) {
      receive(id, voteReply(term(), true));
    }
    return this;
  }

  /** As {@link #lead}, and the no-op is committed by all. */
  Core leadAndCommit() {
    lead().persist();
    long last = view().lastIndex().value();
    for (int id = 2; id <= size; id++) {
      receive(id, accepted(term(), last));
    }
    effects.clear();
    return this;
  }

  List<Message> sentTo(int id) {
    return effects.stream()
        .filter(e -> e instanceof Effect.Send s && s.to().value() == id)
        .map(e -> ((Effect.Send) e).message())
        .toList();
  }

  <T> List<T> effects(Class<T> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The terms of the log on disk. */
  List<Long> diskTerms() {
    return diskLog.stream().map(e -> e.term().value()).toList();
  }

  private void start(Effect effect) {
    effects.add(effect);
    if (effect instanceof Effect.Persist persist) {
      writes.addLast(persist);
    }
  }

  private void persistFirst() {
    Effect.Persist write = writes.removeFirst();
    for (Entry entry : write.entries()) {
      while (diskLog.size() >= entry.index().value()) {
        diskLog.removeLast();
      }
      diskLog.add(entry);
    }
    effects.addAll(write.thenSend());
    raft.step(
        new Input.Persisted(
            write.write(),
            diskLog.isEmpty() ? Term.ZERO : diskLog.getLast().term(),
            new LogIndex(diskLog.size()),
            now),
        this::start);
  }
}
