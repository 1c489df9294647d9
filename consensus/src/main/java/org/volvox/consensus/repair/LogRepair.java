package org.volvox.consensus.repair;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.raft.Recovered;
import org.volvox.consensus.raft.Rules;

/**
 * Makes a damaged log whole before its member takes part again; the package's front page says why
 * that is right. One for each repair, owned by one thread of the shell.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>While it runs the member votes for nobody and acknowledges nothing.
 *   <li>Entries are asked for by the name of the last one of the topmost hole, and taken only if
 *       they end with that one.
 *   <li>Nothing is dropped but what a committed entry refutes or a snapshot has.
 *   <li>One member is asked at a time; one that did not answer is left out until the next round.
 * </ol>
 */
public final class LogRepair {
  /** Longer than an answer takes on a link that is not broken. */
  private static final Duration ASK = Duration.ofMillis(500);

  /** Between two rounds in which nobody could help. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** How far below a hole is asked for when entries below it turn out to be replaced ones. */
  private static final long STRETCH_MIN = 16;

  private static final long STRETCH_MAX = 4096;

  private final List<NodeId> others;
  private final Salvaged log;
  private final Rules rules;
  private final List<NodeId> silent = new ArrayList<>();
  private Optional<Asked> asked = Optional.empty();
  private Optional<MonoTime> deadline;

  /** What nobody had in the last round. */
  private Optional<Recovered.Place> stuck = Optional.empty();

  private RepairView view;
  private long total;
  private long stretch;
  private int turn;
  private boolean purged;
  private boolean done;

  private record Asked(NodeId to, Recovered.Place last) {}

  /** Begins with the first input. */
  public LogRepair(List<NodeId> others, Salvaged log, Rules rules, MonoTime now) {
    this.others = List.copyOf(others);
    this.log = log;
    this.rules = rules;
    total = log.missing();
    deadline = Optional.of(now);
    view = new RepairView(0, total, Optional.empty(), List.of());
  }

  /** When {@link RepairInput.TimerFired} is due; empty when it is done. */
  public Optional<MonoTime> nextDeadline() {
    return deadline;
  }

  public RepairView view() {
    return view;
  }

  /** Feeds one input; effects come out in the order in which they must happen. */
  public void step(RepairInput input, Consumer<RepairEffect> effects) {
    if (done) {
      return;
    }
    switch (input) {
      case RepairInput.TimerFired(var now) -> onTimer(now, effects);
      case RepairInput.Answered(var from, var answer, var now) -> {
        if (asked.equals(Optional.of(new Asked(from, answer.last())))) {
          asked = Optional.empty();
          onAnswer(answer);
          askNext(now, effects);
        }
      }
      case RepairInput.SnapshotFetched(var place, var now) -> {
        log.cover(place);
        asked = Optional.empty();
        begin();
        askNext(now, effects);
      }
    }
  }

  private void onTimer(MonoTime now, Consumer<RepairEffect> effects) {
    if (deadline.isEmpty() || now.isBefore(deadline.get())) {
      return;
    }
    if (asked.isPresent()) {
      silent.add(asked.get().to());
      asked = Optional.empty();
      turn++;
    } else {
      begin();
    }
    askNext(now, effects);
  }

  /** A new round. */
  private void begin() {
    turn = 0;
    purged = false;
    silent.clear();
  }

  private void onAnswer(RepairMessage.Answer answer) {
    Recovered.Place wanted = log.holes().getFirst().last();
    boolean refuted = log.refute(answer.committed());
    if (refuted || !answer.last().equals(wanted)) {
      stretch = 0;
      stuck = Optional.empty();
      return; // The same member is asked for what is wanted now.
    }
    switch (answer.reply()) {
      case RepairMessage.Reply.Found(var run) when isWanted(run, wanted) -> {
        log.fill(run);
        stuck = Optional.empty();
        boolean goesOn = isTop(run.before());
        stretch = goesOn ? Math.clamp(2 * stretch, STRETCH_MIN, STRETCH_MAX) : 0;
      }
      case RepairMessage.Reply.Found _, RepairMessage.Reply.Absent _ -> turn++;
      case RepairMessage.Reply.Purged _ -> {
        purged = true;
        turn++;
      }
    }
  }

  private boolean isWanted(Salvaged.Run run, Recovered.Place wanted) {
    return rules.matchesWhatFollows()
        ? run.last().equals(wanted)
        : run.last().index().equals(wanted.index());
  }

  private boolean isTop(Recovered.Place place) {
    List<Salvaged.Hole> holes = log.holes();
    return !holes.isEmpty() && holes.getFirst().last().equals(place);
  }

  private void askNext(MonoTime now, Consumer<RepairEffect> effects) {
    List<Salvaged.Hole> holes = log.holes();
    long missing = log.missing();
    total = Math.max(total, missing);
    if (holes.isEmpty()) {
      done = true;
      deadline = Optional.empty();
      view = new RepairView(total, total, Optional.empty(), List.of());
      effects.accept(new RepairEffect.Done());
      return;
    }
    Salvaged.Hole top = holes.getFirst();
    while (turn < others.size() && silent.contains(others.get(turn))) {
      turn++;
    }
    if (turn < others.size()) {
      view = new RepairView(total - missing, total, stuck, view.silent());
      NodeId to = others.get(turn);
      asked = Optional.of(new Asked(to, top.last()));
      deadline = Optional.of(now.plus(ASK));
      LogIndex first = new LogIndex(Math.max(1, top.first().value() - stretch));
      effects.accept(
          new RepairEffect.Send(to, new RepairMessage.Ask(first, top.last(), log.last().index())));
      return;
    }
    if (purged) {
      effects.accept(new RepairEffect.FetchSnapshot(top.last().index()));
    }
    stuck = purged ? Optional.empty() : Optional.of(top.last());
    view = new RepairView(total - missing, total, stuck, silent);
    deadline = Optional.of(now.plus(PAUSE));
  }
}
