package org.volvox.worlds.rpc;

/** What is counted in a run. */
public enum RpcCount {
  EVENTS,
  CALLS,
  RETURNED,
  THREW,
  NOT_RUN,
  TIMED_OUT,
  UNAVAILABLE,
  CANCELLED,
  /** Calls that ended without their caller knowing whether they ran. */
  IN_DOUBT,
  ATTEMPTS,
  /** Attempts at a request that runs. */
  JOINED,
  /** Attempts at a request that ran. */
  ANSWERED_AGAIN,
  FORGOTTEN,
  BUSY,
  LATE,
  BROKEN,
  CRASHES,
  STOPS
}
