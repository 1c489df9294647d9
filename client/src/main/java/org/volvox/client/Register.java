package org.volvox.client;

import java.time.Duration;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.calls.message.RegisterMessage;
import org.volvox.calls.message.RegisterMessage.Action;
import org.volvox.calls.message.RegisterMessage.Answer;
import org.volvox.calls.message.RegisterMessage.Request;
import org.volvox.calls.message.RegisterMessage.Verdict;

/**
 * One register: a small value under a name, linearizable, there while any majority of the voters
 * answers, whoever leads or nobody (CASPaxos, Rystsov 2018). Thread-safe. A change that fails as
 * {@link VolvoxException.Kind#UNKNOWN} may have taken effect; any other failure wrote nothing.
 */
@Api
public final class Register {
  /** An entry that has no majority says so by then, and another may have one. */
  private static final Duration ATTEMPT_MAX = Duration.ofSeconds(2);

  private final String name;
  private final Requests requests;
  private final RegisterIds ids;

  /**
   * What a register holds.
   *
   * @param value empty if there is none
   * @param version how often it was changed, since it came to be or was deleted
   * @param isDecided it is for ever
   */
  @Api
  public record Value(Optional<Bytes> value, long version, boolean isDecided) {
    private static Value of(RegisterMessage.Value told) {
      return new Value(told.value(), told.version(), told.isDecided());
    }
  }

  /** What became of a change: done, or what is there in its way. */
  @Api
  public record Outcome(boolean isDone, Value now) {}

  Register(String name, Requests requests, RegisterIds ids) {
    this.name = name;
    this.requests = requests;
    this.ids = ids;
  }

  /** What is there. */
  public Value get() throws VolvoxException, InterruptedException {
    return ask(new Action.Get()).now();
  }

  /** Sets it; not done only if it was decided. */
  public Outcome set(Bytes value) throws VolvoxException, InterruptedException {
    return ask(new Action.Set(Optional.of(value)));
  }

  /** Takes the value away; not done only if it was decided. */
  public Outcome delete() throws VolvoxException, InterruptedException {
    return ask(new Action.Set(Optional.empty()));
  }

  /** Sets it if what is there is what is expected; empty is no value. */
  public Outcome compareAndSet(Optional<Bytes> expected, Optional<Bytes> next)
      throws VolvoxException, InterruptedException {
    return ask(new Action.Compare(expected, next));
  }

  /**
   * Gives the register the value that it has from then on for ever: the first one that anybody
   * proposed. The answer's value is that one. Not done only if it has a value that was set.
   */
  public Outcome decide(Bytes value) throws VolvoxException, InterruptedException {
    return ask(new Action.Decide(value));
  }

  private Outcome ask(Action action) throws VolvoxException, InterruptedException {
    Attempts attempts = new Attempts(action, ids.next(0));
    Pause pause = new Pause(System.nanoTime() + requests.timeout().toNanos());
    while (!pause.isOver()) {
      for (NodeId node : requests.connections().entriesToUse()) {
        Optional<Answer> answer = attempts.at(node, pause.left());
        if (answer.isPresent()) {
          boolean isDone = answer.get().verdict() == Verdict.DONE;
          return new Outcome(isDone, Value.of(answer.get().register()));
        }
      }
      pause.take();
    }
    throw attempts.failure();
  }

  /** One request, at one entry after the other. */
  private final class Attempts {
    private final Action action;
    private long time;
    private boolean mayHaveRun;
    private boolean isAnswered;
    private String reason = "no try was made";

    Attempts(Action action, long time) {
      this.action = action;
      this.time = time;
    }

    /** The end of it, or empty if it is worth another attempt. */
    Optional<Answer> at(NodeId node, Duration left) throws VolvoxException, InterruptedException {
      Request request = new Request(name, action, ids.client(), time, mayHaveRun);
      Duration attempt = left.compareTo(ATTEMPT_MAX) < 0 ? left : ATTEMPT_MAX;
      try {
        Answer answer =
            Answer.decode(requests.askAt(node, Method.REGISTER, request.encode(), attempt));
        isAnswered = true;
        return taken(node, answer);
      } catch (CallException e) {
        reason = node + ": " + e.getMessage();
        Requests.requireRetryable(e, "register " + name + ": " + e.getMessage());
        mayHaveRun |= e.mayHaveRun() && !(action instanceof Action.Get);
        requests.connections().demote(node);
        return Optional.empty();
      } catch (MalformedException e) {
        throw Requests.malformed(node + " answered what cannot be read", e);
      }
    }

    private Optional<Answer> taken(NodeId node, Answer answer) {
      switch (answer.verdict()) {
        case DONE, DIFFERS -> {
          return Optional.of(answer);
        }
        case REFUSED -> {
          if (answer.forgotten() >= time) {
            time = ids.next(answer.forgotten()); // Nothing was written by the old name.
          }
        }
        case UNKNOWN -> mayHaveRun |= !(action instanceof Action.Get);
      }
      reason = node + ": " + answer.why();
      return Optional.empty();
    }

    VolvoxException failure() {
      if (mayHaveRun) {
        return VolvoxException.of(
            VolvoxException.Kind.UNKNOWN,
            "register " + name + ": no answer in time (" + reason + ")",
            "The change may still take effect; see what is there: volvox register get " + name);
      }
      return VolvoxException.of(
          isAnswered ? VolvoxException.Kind.NO_QUORUM : VolvoxException.Kind.UNREACHABLE,
          "register " + name + ": " + reason,
          "See who is up: volvox nodes");
    }
  }
}
