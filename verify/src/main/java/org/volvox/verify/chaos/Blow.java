package org.volvox.verify.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One fault of a schedule: from when, for how long, what, and to whom. Times count from the
 * clients' start.
 */
record Blow(int atMillis, int forMillis, Kind kind, List<Integer> nodes) {
  /** Those of one row come one after the other; those of different rows at the same time. */
  enum Row {
    MACHINES,
    NETWORK,
    MEMBERS
  }

  /** What is done; what ends it is done when its time is over. */
  enum Kind {
    KILL("kill -9", Row.MACHINES),
    POWER_CUT("power cut", Row.MACHINES),
    STOP("SIGSTOP", Row.MACHINES),
    FULL_DISK("full disk", Row.MACHINES),
    SLOW_DISK("slow disk", Row.MACHINES),
    FLIP_LOG("bits flipped in the log", Row.MACHINES),
    FLIP_BLOCKS("bits flipped in the blocks", Row.MACHINES),
    DELETE_BLOCKS("blocks deleted", Row.MACHINES),
    CLOCK("clock jump", Row.MACHINES),
    CUT("cut off", Row.NETWORK),
    ONE_WAY("cut one way", Row.NETWORK),
    BRIDGE("bridge", Row.NETWORK),
    LOSS("packets lost", Row.NETWORK),
    DELAY("narrow link", Row.NETWORK),
    MEMBER("a node joins, then leaves", Row.MEMBERS),
    HANDOVER("leadership handed over", Row.MEMBERS);

    private final String text;
    private final Row row;

    Kind(String text, Row row) {
      this.text = text;
      this.row = row;
    }

    /** What the command line calls it: kill, power_cut, ... */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> of(String word) {
      return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    String text() {
      return text;
    }

    Row row() {
      return row;
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
