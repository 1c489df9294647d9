package org.volvox.node.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.volvox.base.Pid;

/**
 * The programs that have ended and whose output is still kept for a late reader: bounded in number
 * and in memory. Its supervisor guards it.
 *
 * <ol>
 *   <li>What a reader is at is never given up: it would take the part that it got for the whole.
 *   <li>What has been read whole goes before what was not, the oldest first.
 * </ol>
 */
final class EndedPrograms {
  /** A client that starts many programs at a time comes late to most of them. */
  static final int COUNT_MAX = 1024;

  /** A sixteenth of the heap. */
  static final long BYTES_MAX = 16L << 20;

  private final Map<Pid, ProgramStreams> kept = new LinkedHashMap<>();

  void add(Pid pid, ProgramStreams streams) {
    kept.put(pid, streams);
  }

  boolean contains(Pid pid) {
    return kept.containsKey(pid);
  }

  int size() {
    return kept.size();
  }

  /** Gives up what is too much, and says what. */
  List<Pid> giveUp() {
    long bytes = kept.values().stream().mapToLong(ProgramStreams::memoryBytes).sum();
    if (kept.size() <= COUNT_MAX && bytes <= BYTES_MAX) {
      return List.of();
    }
    List<Map.Entry<Pid, ProgramStreams>> candidates =
        kept.entrySet().stream()
            .filter(program -> !program.getValue().hasReader())
            .sorted(Comparator.comparing(program -> !program.getValue().isDrained()))
            .toList();
    List<Pid> gone = new ArrayList<>();
    for (Map.Entry<Pid, ProgramStreams> program : candidates) {
      if (kept.size() <= COUNT_MAX && bytes <= BYTES_MAX) {
        break;
      }
      bytes -= program.getValue().memoryBytes();
      gone.add(program.getKey());
      kept.remove(program.getKey());
    }
    return gone;
  }
}
