package org.volvox.consensus.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;

/**
 * Gathers what one step wants done and what is durable so far, so that a step makes at most one
 * write and no answer leaves before what it promises is on disk (figure 2: "updated on stable
 * storage before responding"). Used by {@link RaftState} and the handlers.
 *
 * <ol>
 *   <li>Writes are numbered from 1 and become durable in order.
 *   <li>An index counts as durable only if no write that is still on its way removes it: a
 *       completion from before the newest truncation says nothing (etcd's ABA race).
 * </ol>
 */
final class Outbox {
  private final Rules rules;
  private final List<Effect> first = new ArrayList<>();
  private final List<Effect.Send> sends = new ArrayList<>();
  private final List<Effect.Send> sendsWhenDurable = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Effect> answers = new ArrayList<>();
  private final List<Effect> logChanges = new ArrayList<>();
  private boolean stateChanged;
  private long writesIssued;
  private long writesDurable;
  private long stateWrite;
  private long truncatingWrite;
  private LogIndex durable;

  Outbox(Rules rules, LogIndex durable) {
    this.rules = rules;
    this.durable = durable;
  }

  /** Started before everything else of this step. */
  void announce(Effect effect) {
    first.add(effect);
  }

  /** Sends what promises nothing, or nothing that could still be lost. */
  void send(NodeId to, Message message) {
    sends.add(new Effect.Send(to, message));
  }

  /** Sends what rests on the state and entries as they are at the end of this step. */
  void sendWhenDurable(NodeId to, Message message) {
    if (rules.answersAfterPersist()) {
      sendsWhenDurable.add(new Effect.Send(to, message));
    } else {
      send(to, message);
    }
  }

  void answer(Effect effect) {
    answers.add(effect);
  }

  void writeState() {
    stateChanged = true;
  }

  void write(Entry entry) {
    Invariant.check(
        entries.isEmpty() || entries.getLast().index().next().equals(entry.index()),
        "gap in a write",
        entries,
        entry.index());
    entries.add(entry);
  }

  /** The log loses {@code from} and all behind it, by the write of this step. */
  void onTruncated(LogIndex from) {
    if (!durable.isBefore(from)) {
      durable = from.previous();
    }
    truncatingWrite = writesIssued + 1;
  }

  /** The log up to there may go, behind the write of this step. */
  void purge(Recovered.Place place) {
    logChanges.add(new Effect.Purge(place.index(), place.term()));
  }

  /** The log is emptied and begins behind a snapshot, by a write of its own. */
  void install(Recovered.Place snapshot) {
    Invariant.check(
        !stateChanged && entries.isEmpty(), "a snapshot among other writes", snapshot, entries);
    writesIssued++;
    truncatingWrite = writesIssued;
    if (durable.isAfter(snapshot.index())) {
      durable = snapshot.index();
    }
    logChanges.add(new Effect.InstallSnapshot(writesIssued, snapshot.index(), snapshot.term()));
  }

  /** The last index that is durable in this member's own log. */
  LogIndex durable() {
    return durable;
  }

  /** Whether the term and vote as they are now are durable. */
  boolean isStateDurable() {
    return !stateChanged && stateWrite <= writesDurable;
  }

  void onPersisted(Input.Persisted written, LogTail log) {
    Invariant.check(
        written.write() <= writesIssued, "write never issued", written.write(), writesIssued);
    writesDurable = Math.max(writesDurable, written.write());
    if (written.write() >= truncatingWrite
        && written.lastIndex().isAfter(durable)
        && log.has(written.lastIndex(), written.lastTerm())) {
      durable = written.lastIndex();
    }
  }

  /** Hands over everything in the order in which it must be started. */
  void flush(HardState state, Optional<LogIndex> commit, Consumer<Effect> effects) {
    first.forEach(effects);
    boolean mustWrite =
        stateChanged || !entries.isEmpty() || (!sendsWhenDurable.isEmpty() && !isStateDurable());
    if (mustWrite) {
      writesIssued++;
      if (stateChanged) {
        stateWrite = writesIssued;
      }
      effects.accept(
          new Effect.Persist(
              writesIssued,
              stateChanged ? Optional.of(state) : Optional.empty(),
              entries,
              sendsWhenDurable));
    } else {
      sendsWhenDurable.forEach(effects);
    }
    logChanges.forEach(effects);
    sends.forEach(effects);
    answers.forEach(effects);
    commit.ifPresent(index -> effects.accept(new Effect.Commit(index)));
    stateChanged = false;
    first.clear();
    sends.clear();
    sendsWhenDurable.clear();
    entries.clear();
    logChanges.clear();
    answers.clear();
  }
}
