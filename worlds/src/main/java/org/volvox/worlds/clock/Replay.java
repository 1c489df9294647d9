package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.volvox.base.NodeId;

/**
 * Makes a script of a recorded run: the same events and messages, so that it can be played on
 * otherwise. Lanes become n1, n2, ...; a recorded event that was a receive and led to others too is
 * a receive and a send.
 */
public final class Replay {
  private final Run run;
  private final List<Action.Timed> actions = new ArrayList<>();
  private int messages;

  private Replay(Run run) {
    this.run = run;
  }

  public static Script script(Recorded recorded) {
    Replay replay = new Replay(recorded.run());
    for (int i = 0; i < replay.run.size(); i++) {
      replay.add(i);
    }
    replay.actions.sort(Comparator.comparingInt(Action.Timed::at));
    return new Script(Script.SEED_DEFAULT, replay.run.lanes().size(), List.of(), replay.actions);
  }

  private void add(int index) {
    int before = messages;
    int firstTo = -1;
    for (Message message : run.messages()) {
      if (message.sent() == index) {
        boolean isCopy = message.to() == firstTo;
        firstTo = messages == before ? message.to() : firstTo;
        addMessage(message, isCopy, before + 1);
      }
    }
    if (messages == before && run.at(index).kind() == Happening.Kind.LOCAL) {
      add(run.at(index).at(), new Action.Local(node(run.at(index).lane()), label(index)));
    }
  }

  private void addMessage(Message message, boolean isCopy, int first) {
    // What is lost at a moment must still be on its way then.
    int dueAt = scaled(message.dueAt()) + (message.isLost() ? 1 : 0);
    int delay = Math.max(1, dueAt - scaled(message.sentAt()));
    messages++;
    Action action =
        isCopy
            ? new Action.Duplicate(first, delay)
            : new Action.Send(node(message.from()), node(message.to()), delay);
    add(message.sentAt(), action);
    if (message.isLost()) {
      add(message.dueAt(), new Action.Drop(messages));
    }
  }

  private void add(int at, Action action) {
    actions.add(new Action.Timed(scaled(at), 0, action));
  }

  // A long run is shortened to what a script can hold.
  private int scaled(int at) {
    int end = run.end();
    return end <= Limits.TIME_MILLIS_MAX ? at : (int) ((long) at * Limits.TIME_MILLIS_MAX / end);
  }

  private static NodeId node(int lane) {
    return new NodeId(lane + 1);
  }

  private String label(int index) {
    StringBuilder label = new StringBuilder();
    String text = run.at(index).label();
    for (int i = 0; i < text.length() && i < Limits.LABEL_CHARACTERS_MAX; i++) {
      char character = text.charAt(i);
      boolean isPlain = character >= ' ' && character != '"';
      label.append(isPlain ? character : ' ');
    }
    return label.toString().strip();
  }
}
