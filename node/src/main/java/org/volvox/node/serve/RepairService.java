package org.volvox.node.serve;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.volvox.base.MalformedException;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.consensus.repair.RepairCodec;
import org.volvox.consensus.repair.RepairMessage;
import org.volvox.node.group.RaftGroup;
import org.volvox.rpc.InboundCall;

/** Gives entries of this node's log to one that repairs its own. */
public final class RepairService {
  /** Who asks has given up by then. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  private final RaftGroup group;

  public RepairService(RaftGroup group) {
    this.group = group;
  }

  /** Answers one ask. */
  public void peerLogEntries(InboundCall call) throws CallException, InterruptedException {
    RepairMessage.Ask ask = ask(call);
    try {
      RepairMessage.Answer answer =
          group.repairing(ask).get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      call.answer(RepairCodec.encode(answer));
    } catch (ExecutionException e) {
      throw new CallException(CallStatus.FAILED, "the log cannot be read: " + e.getCause());
    } catch (TimeoutException e) {
      throw new CallException(CallStatus.BUSY, "the log was not read within " + ANSWER_WITHIN);
    }
  }

  /** The request of such a call. */
  public static RepairMessage.Ask ask(InboundCall call) throws CallException, InterruptedException {
    try {
      return RepairCodec.decodeAsk(
          call.receive()
              .orElseThrow(() -> new CallException(CallStatus.MALFORMED, "no request was sent")));
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }
}
