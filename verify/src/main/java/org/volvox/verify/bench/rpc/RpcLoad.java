package org.volvox.verify.bench.rpc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.volvox.verify.bench.rpc.peer.Work;

/**
 * What is asked of every system in turn.
 *
 * @param task calls, or streams in one direction
 * @param bytes of a payload, each way; of streams an item's
 * @param callers that call at the same time, over all connections together
 */
record RpcLoad(Task task, int bytes, int callers, int connections) implements Comparable<RpcLoad> {
  /** Kinds of work. */
  enum Task {
    CALLS("calls"),
    DOWN("stream to the caller"),
    UP("stream to the server");

    private final String text;

    Task(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    /** The kind with this text. */
    static Task of(String text) {
      for (Task task : values()) if (task.text.equals(text)) return task;
      throw new IllegalArgumentException(text + ": no kind of work");
    }

    /** What a runner does whose calls are this work. */
    Work work(Work calls) {
      return switch (this) {
        case CALLS -> calls;
        case DOWN -> Work.DOWN;
        case UP -> Work.UP;
      };
    }
  }

  /** Bytes of a stream, which counts as one operation. */
  static final double STREAM_MEGABYTES = (double) Work.ITEMS * Work.ITEM_BYTES / 1e6;

  private static final Comparator<RpcLoad> ORDER =
      Comparator.comparing(RpcLoad::task)
          .thenComparingInt(RpcLoad::bytes)
          .thenComparingInt(RpcLoad::connections)
          .thenComparingInt(RpcLoad::callers);

  /** All loads of a run; a connection without a caller would be none, so each has one at least. */
  static List<RpcLoad> all(RpcOptions options) {
    List<RpcLoad> loads = new ArrayList<>();
    for (int bytes : options.race().bytes()) {
      for (int connections : options.connections()) {
        options.race().clients().stream()
            .map(callers -> Math.max(callers, connections))
            .distinct()
            .forEach(callers -> loads.add(new RpcLoad(Task.CALLS, bytes, callers, connections)));
      }
    }
    if (options.hasStreams()) {
      loads.add(new RpcLoad(Task.DOWN, Work.ITEM_BYTES, 1, 1));
      loads.add(new RpcLoad(Task.UP, Work.ITEM_BYTES, 1, 1));
    }
    return loads;
  }

  boolean isCalls() {
    return task == Task.CALLS;
  }

  @Override
  public int compareTo(RpcLoad other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return isCalls()
        ? bytes + " B, " + callers + " in flight, " + connections + " connections"
        : task.text() + ", items of " + bytes + " B";
  }
}
