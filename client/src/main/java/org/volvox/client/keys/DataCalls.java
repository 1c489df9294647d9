package org.volvox.client.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.calls.message.DataMessage;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataToken;
import org.volvox.client.VolvoxException;

/**
 * Asks one node after the other about data that merges, until one answers that has all that this
 * client has seen. Thread-safe.
 *
 * <ol>
 *   <li>It stays at a node for as long as that answers.
 *   <li>What may have been done is asked again only if twice is as once: an addition never is.
 * </ol>
 */
final class DataCalls {
  /** A node may wait for two seconds for what it lacks; one that takes longer is stopped. */
  private static final Duration ATTEMPT_MAX = Duration.ofSeconds(3);

  private static final Duration PAUSE = Duration.ofMillis(100);

  /** A node hears of a new space by then. */
  private static final Duration NEW_MAX = Duration.ofSeconds(2);

  /** A token has an entry for each replica that ever changed something. */
  static final int REPLICAS_MAX = 10_000;

  private final KeyLink link;
  private DataToken seen = DataToken.NONE;
  private Optional<NodeId> last = Optional.empty();

  /** An answer and who gave it. */
  record Answered(DataMessage.Answer answer, NodeId node) {
    <T> Told<T> told(T value) {
      List<Told.Silent> silent =
          answer.silent().stream()
              .map(each -> new Told.Silent(each.node(), Duration.ofMillis(each.millis())))
              .toList();
      return new Told<>(value, node, silent);
    }
  }

  DataCalls(KeyLink link) {
    this.link = link;
  }

  private synchronized DataToken seen() {
    return seen;
  }

  private synchronized void learn(DataToken more) throws VolvoxException {
    DataToken merged = seen.merge(more);
    if (merged.counts().size() > REPLICAS_MAX) {
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED,
          "more than " + REPLICAS_MAX + " replicas have changed what this client has seen",
          "Go on with a new client.");
    }
    seen = merged;
  }

  /** Where it was answered last, then the others. */
  private synchronized List<NodeId> nodes() {
    List<NodeId> nodes = new ArrayList<>(link.nodes());
    if (last.isPresent() && nodes.remove(last.get())) {
      nodes.addFirst(last.get());
    }
    return nodes;
  }

  private synchronized void stay(NodeId node) {
    last = Optional.of(node);
  }

  private synchronized void leave(NodeId node) {
    last = last.filter(each -> !each.equals(node));
  }

  /**
   * Asks.
   *
   * @param isInSession whether the answer must have what was seen, and counts as seen
   * @param about what it is about, for messages
   */
  Answered ask(SpaceRow space, Action action, boolean isInSession, String about)
      throws VolvoxException, InterruptedException {
    return new Attempts(space, action, isInSession, about).run();
  }

  private static boolean isReading(Action action) {
    return switch (action) {
      case Action.Look _, Action.Parts _, Action.Range _ -> true;
      case Action.Put _, Action.Mark _, Action.Erase _, Action.Add _, Action.Reset _ -> false;
    };
  }

  /** Whether twice is as once. */
  private static boolean isRepeatable(Action action) {
    return !(action instanceof Action.Add || action instanceof Action.Reset);
  }

  /** One request, at one node after the other. */
  private final class Attempts {
    private final SpaceRow space;
    private final Action action;
    private final boolean isInSession;
    private final String about;
    private final long begunNanos = System.nanoTime();
    private final long deadlineNanos = begunNanos + link.timeout().toNanos();
    private boolean mayHaveRun;
    private String reason = "no try was made";
    private String behind = "";
    private String unknown = "";
    private int unknowing;
    private boolean isFull;

    Attempts(SpaceRow space, Action action, boolean isInSession, String about) {
      this.space = space;
      this.action = action;
      this.isInSession = isInSession;
      this.about = about;
    }

    Answered run() throws VolvoxException, InterruptedException {
      while (left() > 0 && !link.isClosed()) {
        unknowing = 0;
        List<NodeId> nodes = nodes();
        for (NodeId node : nodes) {
          Optional<Answered> answer = left() > 0 ? at(node) : Optional.empty();
          if (answer.isPresent()) {
            stay(node);
            return answer.get();
          }
        }
        if (unknowing == nodes.size() && System.nanoTime() - begunNanos > NEW_MAX.toNanos()) {
          break; // All nodes answered, and none has heard of it.
        }
        KeyErrors.pause(PAUSE);
      }
      throw failure();
    }

    private long left() {
      return deadlineNanos - System.nanoTime();
    }

    private Optional<Answered> at(NodeId node) throws VolvoxException, InterruptedException {
      DataToken token = isInSession ? seen() : DataToken.NONE;
      DataMessage.Request request = new DataMessage.Request(space.id(), token, action);
      Duration left = Duration.ofNanos(Math.max(1, left()));
      Duration within =
          isRepeatable(action) && left.compareTo(ATTEMPT_MAX) > 0 ? ATTEMPT_MAX : left;
      try {
        DataMessage.Answer answer =
            DataMessage.Answer.decode(link.askAt(node, Method.DATA, request.encode(), within));
        return taken(node, answer);
      } catch (CallException e) {
        leave(node);
        failed(node, e);
        return Optional.empty();
      } catch (MalformedException e) {
        throw KeyErrors.failed(node + " answered what cannot be read: " + e.getMessage(), e);
      }
    }

    private Optional<Answered> taken(NodeId node, DataMessage.Answer answer)
        throws VolvoxException {
      switch (answer.verdict()) {
        case DONE -> {
          if (isInSession) {
            learn(answer.seen());
          }
          return Optional.of(new Answered(answer, node));
        }
        case REFUSED ->
            throw VolvoxException.refused(Status.INVALID, about + ": " + answer.why(), "");
        case BEHIND -> behind = answer.why();
        case UNKNOWN_SPACE -> {
          unknown = answer.why();
          unknowing++;
        }
      }
      leave(node);
      reason = answer.why();
      return Optional.empty();
    }

    private void failed(NodeId node, CallException e) throws VolvoxException, InterruptedException {
      reason = node + ": " + e.getMessage();
      switch (e.status()) {
        case NOT_ALLOWED, OTHER_CLUSTER ->
            throw VolvoxException.of(VolvoxException.Kind.NOT_ALLOWED, about + ": " + reason, "");
        case MALFORMED, DAMAGED ->
            throw VolvoxException.of(VolvoxException.Kind.FAILED, about + ": " + reason, "");
        case NO_ROOM -> isFull = true; // That node's own disk; it was refused before it was done.
        default -> {
          mayHaveRun |= e.mayHaveRun() && !isReading(action);
          link.demote(node);
        }
      }
      if (mayHaveRun && !isRepeatable(action)) {
        throw failure();
      }
    }

    private VolvoxException failure() {
      if (mayHaveRun) {
        return VolvoxException.of(
            VolvoxException.Kind.UNKNOWN,
            about + ": no answer in time (" + reason + ")",
            isRepeatable(action)
                ? "It may have been done, or not; to do it again does no harm."
                : "It may have counted, or not: look before it is done again.");
      }
      if (!behind.isEmpty()) {
        return VolvoxException.of(
            VolvoxException.Kind.UNREACHABLE,
            about + ": no node that answers has all that this client has seen: " + behind,
            "Nothing was written. Wait for them, or go on without: withoutSession()");
      }
      if (!unknown.isEmpty()) {
        return VolvoxException.refused(
            Status.NOT_FOUND, about + ": " + unknown, "Spaces there are: volvox keys space list");
      }
      if (isFull) {
        return VolvoxException.refused(
            Status.NO_SPACE, about + ": " + reason, "Make room there, or erase something.");
      }
      return VolvoxException.of(
          VolvoxException.Kind.UNREACHABLE,
          about + ": no node answers (" + reason + ")",
          "Nothing was written. See who is up: volvox nodes");
    }
  }
}
