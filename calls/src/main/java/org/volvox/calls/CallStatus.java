package org.volvox.calls;

import java.util.Optional;

/**
 * How a call or a connection ended, by its code on the wire. The transport's own endings come
 * first; handlers may use any of them.
 */
public enum CallStatus {
  OK(0, true),
  /** The caller gave up. */
  CANCELLED(1, true),
  /** The deadline passed. */
  DEADLINE(2, true),
  /** A bound on open calls, queues or memory was reached; later may work. */
  BUSY(3, false),
  /** No connection, or it broke. */
  UNAVAILABLE(4, true),
  /** The callee has no such method. */
  UNKNOWN_METHOD(5, false),
  /** The caller may not do this. */
  NOT_ALLOWED(6, false),
  /** Bytes that do not follow the protocol. */
  MALFORMED(7, true),
  /** The handler failed; the text says why. */
  FAILED(8, true),
  /** The callee is shutting down and took no new call. */
  GOING_AWAY(9, false),
  /** The two ends belong to different clusters. */
  OTHER_CLUSTER(10, false),
  /** The peer was started again since; this one must not speak for it. */
  OLD_INCARNATION(11, false),
  /** The two ends share no version of the protocol. */
  VERSION(12, false),
  /** What was asked for does not exist at the callee. */
  NOT_FOUND(13, true),
  /** The callee hears too few nodes for a quorum; waiting there is no use. */
  NO_QUORUM(14, false),
  /** There is no room on the disks that would have to take it; trying again is no use. */
  NO_ROOM(15, true),
  /** What was asked for is at the callee, and is not what it was any more. */
  DAMAGED(16, true);

  private final int code;
  private final boolean mayHaveRun;

  CallStatus(int code, boolean mayHaveRun) {
    this.code = code;
    this.mayHaveRun = mayHaveRun;
  }

  /** The code on the wire, a u8. */
  public int code() {
    return code;
  }

  /** False if a call that ended so was refused before any handler saw it. */
  public boolean mayHaveRun() {
    return mayHaveRun;
  }

  public static Optional<CallStatus> of(int code) {
    for (CallStatus status : values()) {
      if (status.code == code) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }
}
