package org.volvox.worlds.rpc;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.calls.service.InvocationOutcome;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.calls.service.Repeat;
import org.volvox.worlds.seed.Violation;

/** What really happened to each call, and whether what its caller was told is true. */
final class Ledger {
  private final Stage stage;
  private final List<Repeat> demands;
  private final List<Call> calls = new ArrayList<>();

  /** One logical call, as who made it sees it. */
  static final class Call {
    final int number;
    final Repeat repeat;
    final MonoTime deadline;

    /** Made when all was well again. */
    final boolean isSettled;

    int effects;
    boolean hasEnded;
    boolean isCertainlyNotRun;

    private Call(int number, Repeat repeat, MonoTime deadline, boolean isSettled) {
      this.number = number;
      this.repeat = repeat;
      this.deadline = deadline;
      this.isSettled = isSettled;
    }

    boolean runsOnce() {
      return repeat != Repeat.ANYWHERE;
    }

    @Override
    public String toString() {
      return "call " + number + " (" + repeat + ", " + effects + " effects)";
    }
  }

  /**
   * @param demands which calls must succeed once all has settled
   */
  Ledger(Stage stage, List<Repeat> demands) {
    this.stage = stage;
    this.demands = List.copyOf(demands);
  }

  Call begin(Repeat repeat, MonoTime deadline, boolean isSettled) {
    Call call = new Call(calls.size(), repeat, deadline, isSettled);
    calls.add(call);
    stage.count(RpcCount.CALLS);
    return call;
  }

  Call call(int number) {
    return calls.get(number);
  }

  /** The arguments and the value of a call name it. */
  static Bytes name(Call call, int padding) {
    return new ByteWriter(4 + padding)
        .u32(call.number)
        .raw(Bytes.wrap(new byte[padding]))
        .toBytes();
  }

  Call named(Bytes bytes) {
    try {
      return calls.get(new ByteReader(bytes).u32());
    } catch (MalformedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The request takes effect, somewhere. */
  void takesEffect(Call call) {
    call.effects++;
    if (call.runsOnce() && call.effects > 1) {
      throw new Violation("AtMostOnce", call.toString());
    }
    requireNotTold(call);
  }

  private void requireNotTold(Call call) {
    if (call.isCertainlyNotRun && call.effects > 0) {
      throw new Violation("NotRunHolds", call + ", and its caller was told that it did not run");
    }
  }

  /** Its caller is told. */
  void ends(Call call, InvocationOutcome outcome) {
    if (call.hasEnded) {
      throw new Violation("EndsOnce", call.toString());
    }
    call.hasEnded = true;
    boolean mayHaveRun =
        switch (outcome) {
          case InvocationOutcome.Answered(var answer) -> answered(call, answer);
          case InvocationOutcome.TimedOut(var may, _) -> count(RpcCount.TIMED_OUT, may);
          case InvocationOutcome.Unavailable(var may, _) -> count(RpcCount.UNAVAILABLE, may);
          case InvocationOutcome.Cancelled(var may) -> count(RpcCount.CANCELLED, may);
        };
    call.isCertainlyNotRun = !mayHaveRun;
    requireNotTold(call);
    boolean isAnswered =
        outcome instanceof InvocationOutcome.Answered(var answer)
            && !(answer instanceof InvokeAnswer.NotRun);
    if (mayHaveRun && !isAnswered) {
      stage.count(RpcCount.IN_DOUBT);
    }
    if (demands.contains(call.repeat) && call.isSettled && !isAnswered) {
      throw new Violation("Progress", call + " when all was well ended as " + outcome);
    }
  }

  private boolean count(RpcCount what, boolean mayHaveRun) {
    stage.count(what);
    return mayHaveRun;
  }

  private boolean answered(Call call, InvokeAnswer answer) {
    return switch (answer) {
      case InvokeAnswer.Returned(var value, _) -> {
        requireOwn(call, value);
        if (call.effects == 0) {
          throw new Violation("ExactlyOnce", call + " returned");
        }
        yield count(RpcCount.RETURNED, true);
      }
      case InvokeAnswer.Threw(var exception) -> {
        requireOwn(call, exception);
        yield count(RpcCount.THREW, true);
      }
      case InvokeAnswer.NotRun _ -> count(RpcCount.NOT_RUN, false);
    };
  }

  private void requireOwn(Call call, Bytes value) {
    if (named(value) != call) {
      throw new Violation("OwnAnswer", call + " was answered with that of " + named(value));
    }
  }
}
