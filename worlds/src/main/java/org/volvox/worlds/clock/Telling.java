package org.volvox.worlds.clock;

import java.util.List;
import org.volvox.base.clock.ClockRules;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.event.HappenedBefore.Answer;

/** A run in words: what each step was, its arithmetic, and how two events stand to each other. */
public final class Telling {
  private Telling() {}

  /** An event by its lane and number: "n2's event 3". */
  public static String name(Run run, int event) {
    return run.laneOf(event) + "'s event " + run.at(event).seq();
  }

  /** One step in one sentence, with the arithmetic of the Lamport clock. */
  public static String step(Run run, int index, ClockRules rules) {
    Happening happening = run.at(index);
    String what = what(run, index);
    return happening.isEvent() ? what + ": " + sum(run, index, rules) : what;
  }

  /** One step in one sentence. */
  public static String what(Run run, int index) {
    Happening happening = run.at(index);
    Lane lane = run.laneOf(index);
    if (!happening.word().equals(happening.kind().word())) {
      String because =
          happening.kind() == Happening.Kind.RECEIVE
              ? ", because of " + route(run, index, "from")
              : "";
      return lane + ": " + happening.label() + because;
    }
    return switch (happening.kind()) {
      case LOCAL ->
          happening.label().isEmpty()
              ? lane + " has a local event"
              : lane + " " + happening.label();
      case JOIN -> lane + " joins";
      case REMOVE -> lane + " leaves";
      case SEND -> lane + " sends " + route(run, index, "");
      case RECEIVE -> lane + " receives " + route(run, index, "from");
      case LOST -> route(run, index, "lost");
    };
  }

  private static String route(Run run, int index, String form) {
    Message message = run.message(index).orElseThrow();
    String copy = message.copyOf() == 0 ? "" : ", a copy of m" + message.copyOf() + ",";
    String from = " from " + run.lanes().get(message.from());
    String to = " to " + run.lanes().get(message.to());
    return switch (form) {
      case "from" -> message.id() + copy + from;
      case "lost" -> message.id() + copy + from + to + " is lost";
      default -> message.id() + to;
    };
  }

  /** How the Lamport clock came to its value: "max(4, 9) + 1 = 10". */
  public static String sum(Run run, int index, ClockRules rules) {
    Happening happening = run.at(index);
    String own = run.before(index).lamport().toString();
    String result = " = " + happening.clocks().lamport();
    if (happening.kind() != Happening.Kind.RECEIVE) {
      return own + " + 1" + result;
    }
    LamportTime carried = run.message(index).orElseThrow().carried().lamport();
    String received = rules.sendsClock() ? carried.toString() : "nothing";
    String known = rules.takesMaximum() ? "max(" + own + ", " + received + ")" : own;
    return known + (rules.ticksOnReceive() ? " + 1" : "") + result;
  }

  private static String chain(Run run, int first, int second, List<Causality.Link> chain) {
    StringBuilder text = new StringBuilder();
    text.append(name(run, first)).append(" happened before ").append(name(run, second));
    if (chain.isEmpty()) {
      return text.append("; not every message between them is recorded.").toString();
    }
    text.append(": ");
    boolean isFirst = true;
    for (Causality.Link link : chain) {
      if (link.message() > 0) {
        Message message = run.messages().get(link.message() - 1);
        text.append(isFirst ? "" : ", then ").append(message.id());
        text.append(" went from ").append(run.lanes().get(message.from()));
        text.append(" to ").append(run.lanes().get(message.to()));
        isFirst = false;
      }
    }
    if (isFirst) {
      boolean isSameLane = run.at(first).lane() == run.at(second).lane();
      text.append(isSameLane ? "both are at " + run.laneOf(first) : "messages that are not shown");
    }
    return text.append('.').toString();
  }

  /** How two events stand to each other, and why. */
  public static String relation(
      Run run, int left, int right, Answer answer, List<Causality.Link> chain) {
    return switch (answer) {
      case SAME -> "That is the same event.";
      case CONCURRENT -> concurrent(run, left, right);
      case UNKNOWN ->
          "Unknown: what "
              + name(run, left)
              + " or "
              + name(run, right)
              + " had received before is not all recorded.";
      case BEFORE -> chain(run, left, right, chain);
      case AFTER -> chain(run, right, left, chain);
    };
  }

  private static String concurrent(Run run, int left, int right) {
    LamportTime first = run.at(left).clocks().lamport();
    LamportTime second = run.at(right).clocks().lamport();
    String text =
        name(run, left)
            + " and "
            + name(run, right)
            + " are concurrent: no chain of messages leads from one to the other. ";
    return text
        + (first.equals(second)
            ? "Both have Lamport clock " + first + "; the node decides their place in the order."
            : "Their Lamport clocks, " + first + " and " + second + ", order them all the same.");
  }
}
