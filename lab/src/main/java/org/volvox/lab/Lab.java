package org.volvox.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.volvox.base.NodeId;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.Event;
import org.volvox.worlds.clock.Action;
import org.volvox.worlds.clock.BrokenRule;
import org.volvox.worlds.clock.History;
import org.volvox.worlds.clock.Lane;
import org.volvox.worlds.clock.Limits;
import org.volvox.worlds.clock.Message;
import org.volvox.worlds.clock.Played;
import org.volvox.worlds.clock.Recorded;
import org.volvox.worlds.clock.Run;
import org.volvox.worlds.clock.RunEvents;
import org.volvox.worlds.clock.Script;
import org.volvox.worlds.clock.ScriptException;
import org.volvox.worlds.clock.ScriptReader;
import org.volvox.worlds.clock.Telling;

/**
 * One open lab: a run, how far it is shown, and the runs that edits of the past left behind. The
 * whole run is always played; time travel moves the cursor only.
 */
final class Lab {
  private final Branches branches = new Branches();
  private final Map<String, Set<String>> met = new TreeMap<>();
  private History history;
  private String id;
  private String title = "the first run";
  private int forkedAt;
  private int cursor;
  private int now;
  // The furthest step that was shown of this run: what lies behind it nobody misses.
  private int shown;

  Lab(Script script) throws ScriptException {
    this(Played.play(script));
  }

  Lab(History history) {
    this.history = history;
    id = branches.newId();
    seek(run().size());
  }

  History history() {
    return history;
  }

  Run run() {
    return history.run();
  }

  /** Whether it came from event lines: then it has no script and cannot be edited. */
  boolean isImported() {
    return !(history instanceof Played);
  }

  /** The script; an imported run has none. */
  Script script() throws LabException {
    if (history instanceof Played played) {
      return played.script();
    }
    throw new LabException(
        "this run was imported and cannot be edited; fork makes a script of it, which can");
  }

  /** How many happenings are shown. */
  int cursor() {
    return cursor;
  }

  /** What is shown as events of the one schema. */
  List<Event> events() {
    return history instanceof Recorded recorded
        ? recorded.events().subList(0, cursor)
        : RunEvents.of(run(), cursor);
  }

  /** An index that is asked about, if it is that of an event shown. */
  int event(int index) throws LabException {
    if (index < 0 || index >= cursor) {
      throw new LabException("no event " + index + " is shown; there are 0 to " + (cursor - 1));
    }
    if (!run().at(index).isEvent()) {
      throw new LabException(Telling.what(run(), index) + ": that is no event, no clock counts it");
    }
    return index;
  }

  /** The moment at which an edit takes place. */
  int now() {
    return now;
  }

  String id() {
    return id;
  }

  List<Branch> kept() {
    return branches.kept();
  }

  /** The goals of a lesson that were met in this lab. */
  Set<String> met(String lesson) {
    return met.computeIfAbsent(lesson, _ -> new TreeSet<>());
  }

  /** Shows the first {@code step} happenings. */
  void seek(int step) {
    show(Math.max(0, Math.min(step, run().size())));
    now = cursor == 0 ? 0 : run().at(cursor - 1).at();
  }

  /** Shows all that happens up to a moment. */
  void stepTo(int millis) {
    now = Math.max(0, Math.min(millis, Math.max(Limits.TIME_MILLIS_MAX, run().end())));
    show(run().countUntil(now));
  }

  private void show(int step) {
    cursor = step;
    shown = Math.max(shown, step);
  }

  /** Does what one line says; true if a run that had been shown is kept as a branch. */
  boolean edit(String line) throws ScriptException, LabException {
    String text = line.strip();
    if (text.equals("clear")) {
      return clear();
    }
    if (text.equals("rules") || text.startsWith("rules ")) {
      breakRules(ScriptReader.readRules(text));
      return false;
    }
    String full = text.equals("node") ? "node " + freeNode() : text;
    Action action = ScriptReader.readAction(past(), now, full);
    Optional<Message> ended = Edits.ended(action, run(), cursor);
    if (ended.isPresent()) {
      changeFlight(full, action, ended.get());
      return true;
    }
    return append(full, action);
  }

  private Script past() throws LabException {
    return Edits.past(script(), run(), cursor, now);
  }

  private boolean append(String line, Action action) throws ScriptException, LabException {
    Script past = past();
    Played next = Played.play(past.numbered().plus(now, action));
    boolean isCut = past.actions().size() < script().actions().size();
    boolean forks = isCut || shown > cursor;
    replace(next, forks ? Optional.of(line) : Optional.empty());
    return forks;
  }

  private void changeFlight(String line, Action action, Message message)
      throws ScriptException, LabException {
    Script changed =
        action instanceof Action.Delay(int number, int delay)
            ? Edits.delayed(script(), number, delay)
            : Edits.dropped(script(), message);
    replace(Played.play(changed), Optional.of(line));
  }

  private boolean clear() throws ScriptException, LabException {
    boolean forks = run().size() > 0;
    Script empty = Script.empty(script().seed(), script().nodes()).withBroken(script().broken());
    now = 0;
    replace(Played.play(empty), forks ? Optional.of("clear") : Optional.empty());
    return forks;
  }

  // The same messages at the same moments, with other clocks: the cursor stays where it is.
  private void breakRules(List<BrokenRule> broken) throws ScriptException, LabException {
    history = Played.play(script().withBroken(broken).numbered());
  }

  private void replace(Played next, Optional<String> forkingLine) throws LabException {
    if (forkingLine.isPresent()) {
      branches.keep(current());
      id = branches.newId();
      title = forkingLine.get();
      forkedAt = now;
    }
    history = next;
    shown = 0;
    show(run().countUntil(now));
  }

  private Branch current() throws LabException {
    return new Branch(id, script(), run().size(), forkedAt, title);
  }

  /** Goes to a kept branch, and keeps the current one. */
  void branch(String wanted) throws LabException, ScriptException {
    if (wanted.equals(id)) {
      return;
    }
    Branch branch = branches.find(wanted);
    Played next = Played.play(branch.script());
    branches.exchange(branch, current());
    history = next;
    id = branch.id();
    title = branch.title();
    forkedAt = branch.forkedAt();
    shown = 0;
    seek(run().size());
  }

  private NodeId freeNode() {
    List<Origin> taken = new ArrayList<>();
    for (Lane lane : run().lanes()) {
      taken.add(lane.origin());
    }
    int number = 1;
    while (taken.contains(new Origin.Node(new NodeId(number)))) {
      number++;
    }
    return new NodeId(number);
  }
}
