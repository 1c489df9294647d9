package org.volvox.node.serve;

import java.time.Duration;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.CommandOutcome;

/**
 * System calls and questions of the node itself, for its supervisor and its duties. Its calls have
 * no session; each is written so that repeating it is harmless.
 */
public final class NodeCalls {
  private static final int ROOT_GROUP = 0;

  /** A command ends itself at its deadline, give or take a tick. */
  private static final Duration GRACE = Duration.ofMillis(100);

  private final NodeId self;
  private final CommandService commands;
  private final QueryService queries;

  public NodeCalls(NodeId self, CommandService commands, QueryService queries) {
    this.self = self;
    this.commands = commands;
    this.queries = queries;
  }

  /** Brings a call to the leader; fails if it is not known to have been done. */
  public Result call(Call call, Duration timeout) throws CallException, InterruptedException {
    Command command =
        new Command(
            ROOT_GROUP, SessionId.NONE, 0, 0, Principals.node(self), call.type(), call.body());
    CommandOutcome outcome =
        Futures.await(commands.bring(command.encode(), timeout), timeout.plus(GRACE))
            .orElseGet(() -> new CommandOutcome.Unknown("no answer before the deadline"));
    return switch (outcome) {
      case CommandOutcome.Done(var result) -> decode(result);
      case CommandOutcome.Refused(_, _, var reason) ->
          throw new CallException(CallStatus.UNAVAILABLE, reason);
      case CommandOutcome.Unknown(var reason) ->
          throw new CallException(CallStatus.DEADLINE, reason);
    };
  }

  /** Asks this node's own state, which may be behind. */
  public Result askHere(Ask ask) throws CallException {
    return decode(queries.local(ask));
  }

  /** Asks the leader's state, linearizably. */
  public Result ask(Ask ask, Duration timeout) throws CallException, InterruptedException {
    return decode(queries.ask(QueryService.encode(ask), timeout));
  }

  /** Reads the body of a result that must be OK. */
  public static <T> T body(Result result, Decoder<T> decoder) throws CallException {
    if (!result.isOk()) {
      throw new CallException(CallStatus.FAILED, result.status() + ": " + result.text());
    }
    try {
      return decoder.decode(result.body());
    } catch (MalformedException e) {
      throw new CallException(CallStatus.FAILED, "malformed answer: " + e.getMessage());
    }
  }

  /** How a result's body is read. */
  public interface Decoder<T> {
    T decode(Bytes body) throws MalformedException;
  }

  private static Result decode(Bytes bytes) throws CallException {
    try {
      return Result.decode(bytes);
    } catch (MalformedException e) {
      throw new CallException(CallStatus.FAILED, "malformed result: " + e.getMessage());
    }
  }
}
