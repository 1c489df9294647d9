package org.volvox.verify.chaos;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One fault of a schedule: from when, for how long, what, and to whom. Times count from the
 * clients' start.
 */
record Blow(int atMillis, int forMillis, Kind kind, List<Integer> nodes) {
  /** What is done; what ends it is done when its time is over. */
  enum Kind {
    KILL("kill -9", true),
    POWER_CUT("power cut", true),
    STOP("SIGSTOP", true),
    FULL_DISK("full disk", true),
    SLOW_DISK("slow disk", true),
    FLIP_LOG("bits flipped in the log", true),
    FLIP_BLOCKS("bits flipped in the blocks", true),
    DELETE_BLOCKS("blocks deleted", true),
    CLOCK("clock jump", true),
    CUT("cut off", false),
    ONE_WAY("cut one way", false),
    BRIDGE("bridge", false),
    LOSS("packets lost", false),
    DELAY("narrow link", false);

    private final String text;
    private final boolean isOfMachine;

    Kind(String text, boolean isOfMachine) {
      this.text = text;
      this.isOfMachine = isOfMachine;
    }

    String text() {
      return text;
    }

    /** Else it is one of the network, which may come at the same time. */
    boolean isOfMachine() {
      return isOfMachine;
    }

    /** Whether it takes away what only other nodes can bring back. */
    boolean ruins() {
      return this == FLIP_LOG || this == FLIP_BLOCKS || this == DELETE_BLOCKS;
    }
  }

  Blow {
    nodes = List.copyOf(nodes);
  }

  int endMillis() {
    return atMillis + forMillis;
  }

  String line() {
    return String.format(
        "%7.1f s  for %4.1f s  %s %s",
        atMillis / 1000.0,
        forMillis / 1000.0,
        kind.text(),
        nodes.stream().map(node -> "n" + node).collect(Collectors.joining(" ")));
  }
}
