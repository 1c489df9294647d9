package org.volvox.verify.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.volvox.verify.process.LineProcess;

/**
 * The changes of members of a run: a node more joins as a voter, and leaves again, at the speed at
 * which the faults let it. One thread uses it, and calls {@link #step} often.
 */
final class Membership implements AutoCloseable {
  private enum State {
    SETTLED,
    ASKING,
    JOINING,
    JOINED,
    LEAVING
  }

  private final ChaosCluster cluster;
  private final LineProcess operator;
  private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
  private State state = State.SETTLED;
  private boolean isToLeave;
  private int node;
  private int changes;

  Membership(ChaosCluster cluster, Path work, Path log) throws IOException {
    this.cluster = cluster;
    List<String> line = cluster.client(ChaosOperator.class, List.of(), work);
    operator = new LineProcess("the operator", line, log, said::add);
  }

  /** A node is to join; false if the one before has not left yet. */
  boolean join() {
    if (state != State.SETTLED) return false;
    state = State.ASKING;
    isToLeave = false;
    operator.tell("id");
    return true;
  }

  /** It is to leave, once it has joined. */
  void leave() {
    isToLeave = true;
  }

  void handOver() {
    operator.tell("handover");
  }

  /** Nobody is on the way in or out. */
  boolean isSettled() {
    return state == State.SETTLED;
  }

  /** Nodes that joined and left. */
  int changes() {
    return changes;
  }

  /**
   * Goes on as far as the operator has come.
   *
   * @return what went wrong for good; else empty
   */
  String step() throws IOException, InterruptedException {
    @Nullable String line = said.poll();
    if (line != null) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "id" -> {
          node = Integer.parseInt(words[1]);
          operator.tell("add " + node + " " + cluster.join(node));
          state = State.JOINING;
        }
        case "joined" -> state = State.JOINED;
        case "left" -> {
          cluster.leave(node);
          state = State.SETTLED;
          changes++;
        }
        default -> {
          return line;
        }
      }
    } else if (!isSettled() && !operator.isAlive()) {
      return "the operator ended";
    }
    if (state == State.JOINED && isToLeave) {
      state = State.LEAVING;
      cluster.mayEnd(node);
      operator.tell("remove " + node);
    }
    return "";
  }

  @Override
  public void close() {
    operator.close();
  }
}
