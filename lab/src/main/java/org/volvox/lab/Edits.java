package org.volvox.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.worlds.clock.Action;
import org.volvox.worlds.clock.Message;
import org.volvox.worlds.clock.Run;
import org.volvox.worlds.clock.Script;

/** What an edit makes of a script: the past stays and the future goes, or one flight changes. */
final class Edits {
  private Edits() {}

  /** The script without the lines that have not taken place by the cursor. */
  static Script past(Script script, Run run, int cursor, int now) {
    List<Action.Timed> past = new ArrayList<>();
    for (Action.Timed timed : script.actions()) {
      int place = run.placeOf(past.size());
      boolean isShown = place < cursor || (place == cursor && !isStep(timed.action()));
      if (timed.at() > now || !isShown) {
        break;
      }
      past.add(timed);
    }
    return script.withActions(past);
  }

  // Whether it is a step of its own; the others only change what comes.
  private static boolean isStep(Action action) {
    return switch (action) {
      case Action.Local _, Action.Send _, Action.Drop _, Action.Join _, Action.Remove _ -> true;
      case Action.Duplicate _, Action.Delay _, Action.Skew _ -> false;
    };
  }

  /**
   * The message whose past an action would change: it is to be lost and has arrived, or is to
   * arrive at another moment and has arrived or is lost.
   */
  static Optional<Message> ended(Action action, Run run, int cursor) {
    int number = subject(action);
    if (number == 0 || number > run.messages().size()) {
      return Optional.empty();
    }
    Message message = run.messages().get(number - 1);
    boolean isLostAgain = message.isLost() && action instanceof Action.Drop;
    return message.isEndedBy(cursor) && !isLostAgain ? Optional.of(message) : Optional.empty();
  }

  // The message that is dropped or delayed; 0 if none is.
  private static int subject(Action action) {
    return switch (action) {
      case Action.Drop(int message) -> message;
      case Action.Delay(int message, int _) -> message;
      default -> 0;
    };
  }

  /** The whole script with one message that takes another delay; if it was dropped, it is not. */
  static Script delayed(Script script, int message, int delay) {
    List<Action.Timed> changed = new ArrayList<>();
    int made = 0;
    for (Action.Timed timed : script.actions()) {
      Action action = timed.action();
      made += makes(action) ? 1 : 0;
      if (makes(action) && made == message) {
        changed.add(new Action.Timed(timed.at(), 0, withDelay(action, delay)));
      } else if (subject(action) != message) {
        changed.add(timed);
      }
    }
    return script.withActions(changed).numbered();
  }

  /** The whole script with one message lost half-way. */
  static Script dropped(Script script, Message message) {
    int dropAt = message.madeAt() + (message.dueAt() - message.madeAt()) / 2;
    List<Action.Timed> changed = new ArrayList<>(script.actions());
    changed.removeIf(timed -> timed.at() > dropAt && subject(timed.action()) == message.number());
    int place = 0;
    while (place < changed.size() && changed.get(place).at() <= dropAt) {
      place++;
    }
    changed.add(place, new Action.Timed(dropAt, 0, new Action.Drop(message.number())));
    return script.withActions(changed).numbered();
  }

  private static boolean makes(Action action) {
    return action instanceof Action.Send || action instanceof Action.Duplicate;
  }

  private static Action withDelay(Action action, int delay) {
    return switch (action) {
      case Action.Send send -> new Action.Send(send.from(), send.to(), delay);
      case Action.Duplicate copy -> new Action.Duplicate(copy.message(), delay);
      default -> action;
    };
  }
}
