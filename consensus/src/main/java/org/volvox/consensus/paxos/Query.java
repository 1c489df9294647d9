package org.volvox.consensus.paxos;

import org.volvox.base.Bytes;

/**
 * What a client asks of a register.
 *
 * @param request the client's name for it, the same in each attempt
 * @param isAgain whether an earlier attempt may have taken effect
 */
public record Query(Bytes key, Change change, RequestId request, boolean isAgain) {
  /** What it makes of a register. */
  Change.Outcome apply(Register now) {
    if (change.isWrite() && !(change instanceof Change.Decide)) {
      if (now.isChangedBy(request)) {
        return new Change.Outcome(Change.Result.DONE, now);
      }
      if (now.mayHaveForgotten(request)) {
        return new Change.Outcome(Change.Result.FORGOTTEN, now);
      }
    }
    return change.apply(now, request);
  }
}
