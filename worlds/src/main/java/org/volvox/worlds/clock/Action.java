package org.volvox.worlds.clock;

import org.volvox.base.NodeId;

/** What one line of a script does. Times and delays are milliseconds of virtual time. */
public sealed interface Action {
  /** A step that concerns nobody else; the label may be empty. */
  record Local(NodeId node, String label) implements Action {}

  /** Makes the next message. */
  record Send(NodeId from, NodeId to, int delay) implements Action {}

  /** The message is lost where it is. */
  record Drop(int message) implements Action {}

  /** Makes the next message: a copy that arrives {@code delay} after the first one's send. */
  record Duplicate(int message, int delay) implements Action {}

  /** The message arrives {@code delay} after its send. */
  record Delay(int message, int delay) implements Action {}

  record Join(NodeId node) implements Action {}

  record Remove(NodeId node) implements Action {}

  /** From now on the node's physical clock is this far ahead. */
  record Skew(NodeId node, int millis) implements Action {}

  /** An action at a moment; {@code line} is where the script has it. */
  record Timed(int at, int line, Action action) {}

  /** As a script writes it, without its moment. */
  default String text() {
    return switch (this) {
      case Local(NodeId node, String label) ->
          node + " local" + (label.isEmpty() ? "" : " \"" + label + "\"");
      case Send(NodeId from, NodeId to, int delay) -> from + " send " + to + " delay " + delay;
      case Drop(int message) -> "drop m" + message;
      case Duplicate(int message, int delay) -> "duplicate m" + message + " delay " + delay;
      case Delay(int message, int delay) -> "delay m" + message + " " + delay;
      case Join(NodeId node) -> "node " + node;
      case Remove(NodeId node) -> "remove " + node;
      case Skew(NodeId node, int millis) -> node + " skew " + millis;
    };
  }
}
