package org.volvox.node.block;

import java.time.Duration;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.Result;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.node.serve.QueryService;

/** The placement table from this node's own state, or from the leader's when that is behind. */
public final class PlacementCache {
  private final QueryService queries;

  public PlacementCache(QueryService queries) {
    this.queries = queries;
  }

  /** The table as this node knows it; epoch 0 when it knows none. */
  public PlacementTable local() throws CallException {
    return decode(queries.local(new FileAsk.Placement()));
  }

  /** A table of at least this epoch, if there is one. */
  PlacementTable atLeast(long epoch, Duration timeout) throws CallException, InterruptedException {
    PlacementTable table = local();
    return table.epoch() >= epoch
        ? table
        : decode(queries.ask(QueryService.encode(new FileAsk.Placement()), timeout));
  }

  private static PlacementTable decode(Bytes answer) throws CallException {
    try {
      Result result = Result.decode(answer);
      if (!result.isOk()) {
        throw new CallException(CallStatus.FAILED, "no placement table: " + result.text());
      }
      return PlacementTable.decode(result.body());
    } catch (MalformedException e) {
      throw new CallException(CallStatus.FAILED, "the placement table is malformed");
    }
  }
}
