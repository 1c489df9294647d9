package org.volvox.consensus.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * Linearizable reads of a member that does not lead: it asks the leader from when on they may be
 * answered, and answers them from its own state (thesis 6.4). Used by {@link Raft} only.
 *
 * <ol>
 *   <li>One question is on its way at a time; reads that come meanwhile share the next. It is sent
 *       again while nobody answers: what it asks is true of any later moment.
 *   <li>A question's number is never used twice, not even by a member that started anew, so that no
 *       late answer is taken for another's (etcd issue 20418).
 *   <li>Every read is answered, at the latest when the leader changes or has been silent for an
 *       election timeout.
 * </ol>
 */
final class FollowerReads {
  private final RaftState state;
  private final List<Long> gathered = new ArrayList<>();
  private Optional<Question> open = Optional.empty();
  private long questions;

  private record Question(
      long number, NodeId leader, List<Long> reads, MonoTime askAgainAt, MonoTime until) {
    Question askedAgain(MonoTime next) {
      return new Question(number, leader, reads, next, until);
    }
  }

  FollowerReads(RaftState state, long questions) {
    this.state = state;
    this.questions = questions;
  }

  Optional<MonoTime> nextDeadline() {
    return open.map(question ->
        question.askAgainAt().isBefore(question.until())
            ? question.askAgainAt()
            : question.until());
  }

  void onRead(long read, MonoTime now) {
    Optional<NodeId> leader = state.leader();
    if (leader.isEmpty()) {
      refuse(read, state.refusal(now));
    } else if (!state.rules().followersAskBeforeReading()) {
      state.out().answer(new Effect.ReadReady(read, state.commit()));
    } else if (gathered.size() + open.map(question -> question.reads().size()).orElse(0)
        >= state.config().pendingReadsMax()) {
      refuse(read, Effect.Refusal.BUSY);
    } else {
      gathered.add(read);
      if (open.isEmpty()) {
        ask(leader.get(), now);
      }
    }
  }

  void onReply(NodeId from, Message.ReadIndexReply reply, MonoTime now) {
    if (open.isEmpty() || !reply.term().equals(state.term())) {
      return;
    }
    Question question = open.get();
    if (question.number() != reply.request() || !question.leader().equals(from)) {
      return;
    }
    open = Optional.empty();
    for (long read : question.reads()) {
      reply
          .index()
          .ifPresentOrElse(
              index -> state.out().answer(new Effect.ReadReady(read, index)),
              () -> refuse(read, Effect.Refusal.BUSY));
    }
    if (!gathered.isEmpty()) {
      ask(from, now);
    }
  }

  void onTimer(MonoTime now) {
    if (open.isEmpty()) {
      return;
    }
    Question question = open.get();
    if (!now.isBefore(question.until())) {
      refuseAll(now);
    } else if (!now.isBefore(question.askAgainAt())) {
      send(question.askedAgain(now.plus(askAgain())));
    }
  }

  /** After each step: whom was asked may lead no more. */
  void onStep(MonoTime now) {
    boolean asksAnother =
        open.map(question -> !state.leader().equals(Optional.of(question.leader()))).orElse(false);
    if (asksAnother) {
      refuseAll(now);
    }
  }

  private void ask(NodeId leader, MonoTime now) {
    List<Long> reads = List.copyOf(gathered);
    gathered.clear();
    questions++;
    send(
        new Question(
            questions,
            leader,
            reads,
            now.plus(askAgain()),
            now.plus(state.config().electionTimeoutMax())));
  }

  private void send(Question question) {
    open = Optional.of(question);
    state.out().send(question.leader(), new Message.ReadIndex(state.term(), question.number()));
  }

  private Duration askAgain() {
    return state.config().heartbeat().multipliedBy(2);
  }

  private void refuseAll(MonoTime now) {
    List<Long> reads = new ArrayList<>(open.map(Question::reads).orElse(List.of()));
    reads.addAll(gathered);
    open = Optional.empty();
    gathered.clear();
    reads.forEach(read -> refuse(read, state.refusal(now)));
  }

  private void refuse(long read, Effect.Refusal why) {
    state.out().answer(new Effect.ReadRefused(read, why, state.leader()));
  }
}
