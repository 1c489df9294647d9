package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Invariant;
import org.volvox.base.Prng;
import org.volvox.base.event.HappenedBefore.Answer;

/**
 * One seed: a random run with losses, copies, overtaking, nodes that come and go and physical
 * clocks that are wrong; then every oracle over it. Called by tests and by {@code ./dev sim
 * clocks}.
 */
public final class ClockWorld {
  private static final int NODES_MAX = 6;
  private static final int STEPS_MIN = 20;
  private static final int STEPS_MAX = 120;

  /** The property that does not hold, at which step, and the values that show it. */
  public record Failure(String property, int step, String message) {}

  /** What happened in a run. */
  public record Counts(
      int events, int messages, int lost, int copies, int overtaken, int comings, int concurrent) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          events + other.events,
          messages + other.messages,
          lost + other.lost,
          copies + other.copies,
          overtaken + other.overtaken,
          comings + other.comings,
          concurrent + other.concurrent);
    }

    public String text() {
      return "events "
          + events
          + ", messages "
          + messages
          + ", lost "
          + lost
          + ", copies "
          + copies
          + ", overtaken "
          + overtaken
          + ", joins and leaves "
          + comings
          + ", concurrent pairs "
          + concurrent;
    }
  }

  /** How one seed ended. */
  public record Outcome(
      int seed, Script script, Counts counts, String digest, Optional<Failure> failure) {
    /** The line to paste; as {@code ./dev sim} understands it. */
    public String text() {
      String hex = "0x" + Integer.toHexString(seed);
      return failure
          .map(failed ->
              "FAIL "
                  + failed.property()
                  + " seed="
                  + hex
                  + " step="
                  + failed.step()
                  + "  ./dev sim clocks --seed "
                  + hex
                  + " --until "
                  + failed.step())
          .orElse("ok seed=" + hex + " steps=" + script.actions().size() + " digest=" + digest);
    }
  }

  private final Played played;
  private final Run run;
  private Optional<Failure> failure = Optional.empty();
  private int concurrent;

  private ClockWorld(Played played) {
    this.played = played;
    this.run = played.run();
  }

  /** The script of a seed, with these rules broken. */
  public static Script draw(int seed, List<BrokenRule> broken) {
    Prng prng = new Prng(seed);
    int nodes = prng.between(2, NODES_MAX);
    int steps = prng.between(STEPS_MIN, STEPS_MAX);
    RandomScript.Mood mood = prng.below(4) == 0 ? RandomScript.Mood.FAULTY : RandomScript.Mood.WILD;
    return RandomScript.draw(prng.nextInt(), mood, nodes, steps).withBroken(broken);
  }

  public static Outcome run(int seed, List<BrokenRule> broken) {
    Script script = draw(seed, broken);
    Played played = play(script);
    ClockWorld world = new ClockWorld(played);
    world.checkProperties();
    world.checkReachability();
    world.checkOrder();
    world.checkText();
    world.checkPast(new Prng(seed));
    return new Outcome(seed, script, world.counts(), played.run().digest(), world.failure);
  }

  private static Played play(Script script) {
    try {
      return Played.play(script);
    } catch (ScriptException e) {
      throw Invariant.broken("a drawn script cannot be played: " + e.getMessage());
    }
  }

  private void fail(String property, int step, String message) {
    if (failure.isEmpty()) {
      failure = Optional.of(new Failure(property, step, message));
    }
  }

  private void checkProperties() {
    Optional<Property> broken = played.properties().firstBroken();
    if (broken.isPresent()) {
      Properties.Breach breach = played.properties().breach(broken.get(), run.size()).orElseThrow();
      fail(broken.get().id(), breach.event() + 1, breach.text());
    }
  }

  /** The slow way: each event's whole past as a set, and no numbers of events. */
  private void checkReachability() {
    List<BitSet> pasts = new ArrayList<>();
    for (int i = 0; i < run.size(); i++) {
      BitSet past = new BitSet();
      if (run.at(i).isEvent()) {
        run.previous(i).ifPresent(before -> enter(past, pasts, before));
        run.cause(i).ifPresent(before -> enter(past, pasts, before));
        for (int other = 0; other < i; other++) {
          checkPair(other, i, past.get(other));
        }
      }
      pasts.add(past);
    }
  }

  private static void enter(BitSet past, List<BitSet> pasts, int before) {
    past.or(pasts.get(before));
    past.set(before);
  }

  private void checkPair(int left, int right, boolean isBefore) {
    if (!run.at(left).isEvent()) {
      return;
    }
    Answer wanted = isBefore ? Answer.BEFORE : Answer.CONCURRENT;
    concurrent += isBefore ? 0 : 1;
    if (played.compare(left, right) != wanted || played.chain(left, right).isEmpty() == isBefore) {
      fail(
          "reachability",
          right + 1,
          Telling.name(run, left) + " is " + wanted + " " + Telling.name(run, right));
    }
  }

  private void checkOrder() {
    List<Integer> order = run.order(run.size());
    for (int i = 1; i < order.size(); i++) {
      int left = order.get(i - 1);
      int right = order.get(i);
      if (run.at(left).stamp(run.laneOf(left)).compareTo(run.at(right).stamp(run.laneOf(right)))
          == 0) {
        fail("no-ties", right + 1, Telling.name(run, left) + " and " + Telling.name(run, right));
      }
    }
  }

  private void checkText() {
    try {
      Script again = ScriptReader.read(played.script().text());
      if (!again.text().equals(played.script().text())
          || !play(again).run().digest().equals(run.digest())) {
        fail("text", run.size(), "the script's text plays another run");
      }
    } catch (ScriptException e) {
      fail("text", run.size(), e.getMessage() == null ? "" : e.getMessage());
    }
  }

  /** What a script does up to a moment is the beginning of all that it does. */
  private void checkPast(Prng prng) {
    int moment = prng.between(0, run.end());
    List<Action.Timed> past = new ArrayList<>(played.script().actions());
    past.removeIf(timed -> timed.at() > moment);
    Run replayed = play(played.script().withActions(past)).run();
    int shown = run.countUntil(moment);
    if (replayed.countUntil(moment) != shown
        || !replayed.happenings().subList(0, shown).equals(run.happenings().subList(0, shown))) {
      fail("past", shown, "the run up to " + moment + " ms depends on what comes later");
    }
  }

  private Counts counts() {
    int events = 0;
    int comings = 0;
    for (Happening happening : run.happenings()) {
      events += happening.isEvent() ? 1 : 0;
      boolean comes =
          happening.kind() == Happening.Kind.JOIN || happening.kind() == Happening.Kind.REMOVE;
      comings += comes ? 1 : 0;
    }
    int lost = 0;
    int copies = 0;
    int overtaken = 0;
    for (Message message : run.messages()) {
      lost += message.isLost() ? 1 : 0;
      copies += message.copyOf() > 0 ? 1 : 0;
      overtaken += isOvertaken(message) ? 1 : 0;
    }
    return new Counts(events, run.messages().size(), lost, copies, overtaken, comings, concurrent);
  }

  private boolean isOvertaken(Message message) {
    for (Message later : run.messages().subList(message.number(), run.messages().size())) {
      boolean sameWay = later.from() == message.from() && later.to() == message.to();
      if (sameWay && later.sent() > message.sent() && later.ended() < message.ended()) {
        return true;
      }
    }
    return false;
  }

  /** The script with as few lines as the failing property needs; for a property of clocks. */
  public static Script shortest(Script script, Property property) {
    Script fewest = script;
    for (int i = script.actions().size() - 1; i >= 0; i--) {
      List<Action.Timed> fewer = new ArrayList<>(fewest.actions());
      fewer.subList(i, i + 1).clear();
      Script candidate = fewest.withActions(fewer);
      fewest = breaks(candidate, property) ? candidate : fewest;
    }
    return fewest;
  }

  private static boolean breaks(Script script, Property property) {
    try {
      Played played = Played.play(script);
      return played.properties().breach(property, played.run().size()).isPresent();
    } catch (ScriptException e) {
      return false;
    }
  }
}
