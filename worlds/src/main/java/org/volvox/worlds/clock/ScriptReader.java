package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;

/**
 * Reads a script's text, or one line for an edit. It checks the form only: whether a node or a
 * message is there is seen when the script is played.
 */
public final class ScriptReader {
  static final int DELAY_DRAWN_MIN = 10;
  static final int DELAY_DRAWN_MAX = 60;
  static final int COPY_LATER_MILLIS = 20;

  /** When a message was sent and when it is due, as far as the lines so far say. */
  private record Flight(int sentAt, int dueAt) {}

  private final List<Flight> flights = new ArrayList<>();
  private final List<Action.Timed> actions = new ArrayList<>();
  private final List<BrokenRule> broken = new ArrayList<>();
  private int seed = Script.SEED_DEFAULT;
  private int nodes = Script.NODES_DEFAULT;
  private int lastAt;
  private boolean hasVersion;

  private ScriptReader() {}

  public static Script read(String text) throws ScriptException {
    if (text.length() > Limits.SCRIPT_CHARACTERS_MAX) {
      throw new ScriptException(
          0,
          "the script has "
              + text.length()
              + " characters; at most "
              + Limits.SCRIPT_CHARACTERS_MAX
              + " are read");
    }
    ScriptReader reader = new ScriptReader();
    int number = 0;
    int from = 0;
    while (from <= text.length()) {
      int end = text.indexOf('\n', from);
      end = end < 0 ? text.length() : end;
      String line = text.substring(from, end).strip();
      number++;
      if (!line.isEmpty() && line.charAt(0) != '#') {
        reader.line(number, line);
      }
      from = end + 1;
    }
    if (!reader.hasVersion) {
      throw new ScriptException(1, "a script begins with: lab " + Script.VERSION);
    }
    return reader.script();
  }

  /** One action as it would stand at the end of a script, for the moment {@code at}. */
  public static Action readAction(Script script, int at, String line) throws ScriptException {
    ScriptReader reader = new ScriptReader();
    reader.seed = script.seed();
    script.actions().forEach(timed -> reader.follow(timed.at(), timed.action()));
    Words words = new Words(0, line);
    Action action = reader.action(at, words);
    words.end();
    return action;
  }

  /** The line that begins with {@code rules}, for an edit. */
  public static List<BrokenRule> readRules(String line) throws ScriptException {
    Words words = new Words(0, line);
    words.next("rules");
    return readRules(words);
  }

  private static List<BrokenRule> readRules(Words words) throws ScriptException {
    List<BrokenRule> named = new ArrayList<>();
    while (words.hasNext()) {
      String id = words.next("a rule");
      BrokenRule rule =
          BrokenRule.ofId(id)
              .orElseThrow(() -> words.bad("no rule " + id + "; there are: " + BrokenRule.ids()));
      if (!named.contains(rule)) {
        named.add(rule);
      }
    }
    named.sort(null);
    return named;
  }

  private Script script() {
    return new Script(seed, nodes, broken, actions);
  }

  private void line(int number, String text) throws ScriptException {
    Words words = new Words(number, text);
    if (text.charAt(0) == '@') {
      requireVersion(words);
      String moment = words.next("a moment").substring(1);
      int at = new Words(number, moment).number("the moment", 0, Limits.TIME_MILLIS_MAX);
      if (at < lastAt) {
        throw words.bad("@" + at + " comes after @" + lastAt + "; lines go in the order of time");
      }
      lastAt = at;
      Action action = action(at, words);
      follow(at, action);
      actions.add(new Action.Timed(at, number, action));
    } else {
      head(words);
    }
    words.end();
  }

  private void head(Words words) throws ScriptException {
    String word = words.next("a word");
    if (!word.equals("lab")) {
      requireVersion(words);
    }
    if (!actions.isEmpty()) {
      throw words.bad("an action begins with its moment, as in @0 n1 local");
    }
    switch (word) {
      case "lab" -> {
        words.number("the version", Script.VERSION, Script.VERSION);
        hasVersion = true;
      }
      case "seed" -> seed = words.number("the seed", Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "nodes" -> nodes = words.number("the number of nodes", 1, Limits.NODES_MAX);
      case "rules" -> {
        broken.clear();
        broken.addAll(readRules(words));
      }
      default ->
          throw words.bad("no word " + word + "; a script has: lab, seed, nodes, rules, @0 ...");
    }
  }

  private void requireVersion(Words words) throws ScriptException {
    if (!hasVersion) {
      throw words.bad("a script begins with: lab " + Script.VERSION);
    }
  }

  private Action action(int at, Words words) throws ScriptException {
    String word = words.next("an action");
    return switch (word) {
      case "drop" -> new Action.Drop(words.message());
      case "duplicate" -> duplicate(at, words);
      case "delay" -> new Action.Delay(words.message(), delay(words));
      case "node" -> new Action.Join(words.node());
      case "remove" -> new Action.Remove(words.node());
      default -> ofNode(words, word);
    };
  }

  private Action ofNode(Words words, String subject) throws ScriptException {
    if (!words.hasNext() || !subject.startsWith("n")) {
      throw words.bad(
          "no action "
              + subject
              + "; there are: n1 local, n1 send n2, n1 skew 25, drop m1, duplicate m1, delay m1 80,"
              + " node n4, remove n2");
    }
    NodeId node = words.node(subject);
    String verb = words.next("a verb");
    return switch (verb) {
      case "local" -> new Action.Local(node, words.label());
      case "send" -> new Action.Send(node, words.node(), sendDelay(words));
      case "skew" ->
          new Action.Skew(
              node, words.number("the skew", -Limits.SKEW_MILLIS_MAX, Limits.SKEW_MILLIS_MAX));
      default -> throw words.bad("a node can local, send and skew, not " + verb);
    };
  }

  private int sendDelay(Words words) throws ScriptException {
    if (!words.hasNext()) {
      // Drawn by the message's number, so that a line more or less changes no other's delay.
      return new Prng(seed * 31 + flights.size()).between(DELAY_DRAWN_MIN, DELAY_DRAWN_MAX);
    }
    return namedDelay(words);
  }

  private Action duplicate(int at, Words words) throws ScriptException {
    int message = words.message();
    if (words.hasNext()) {
      return new Action.Duplicate(message, namedDelay(words));
    }
    if (message > flights.size()) {
      return new Action.Duplicate(message, COPY_LATER_MILLIS);
    }
    Flight first = flights.get(message - 1);
    int dueAt = Math.max(at, first.dueAt()) + COPY_LATER_MILLIS;
    return new Action.Duplicate(message, dueAt - first.sentAt());
  }

  private static int namedDelay(Words words) throws ScriptException {
    String word = words.next("delay");
    if (!word.equals("delay")) {
      throw words.bad("'delay' is wanted, not " + word);
    }
    return delay(words);
  }

  private static int delay(Words words) throws ScriptException {
    return words.number("the delay", 1, Limits.TIME_MILLIS_MAX);
  }

  // Only what the next lines' defaults need.
  private void follow(int at, Action action) {
    switch (action) {
      case Action.Send send -> flights.add(new Flight(at, at + send.delay()));
      case Action.Duplicate(int message, int delay) -> {
        int sentAt = message > flights.size() ? at : flights.get(message - 1).sentAt();
        flights.add(new Flight(sentAt, sentAt + delay));
      }
      case Action.Delay(int message, int delay) when message <= flights.size() -> {
        int sentAt = flights.get(message - 1).sentAt();
        flights.set(message - 1, new Flight(sentAt, sentAt + delay));
      }
      default -> {}
    }
  }
}
