package org.volvox.base.syscall;

import org.volvox.base.MalformedException;

/**
 * What became of a call, as errno is to Unix; the code is its form on the wire and never changes.
 */
public enum Status {
  OK(0),
  NOT_FOUND(1),
  EXISTS(2),
  NOT_DIRECTORY(3),
  IS_DIRECTORY(4),
  NOT_EMPTY(5),
  /** The request makes no sense, whatever the state. */
  INVALID(6),
  NAME_TOO_LONG(7),
  /** A directory would be moved into itself. */
  LOOP(8),
  /** The session is not known: never registered, closed or expired. */
  SESSION_EXPIRED(9),
  /** The holders named are not enough of those that the placement table names now: store again. */
  STALE_PLACEMENT(10),
  /** A bound is reached; the same call may succeed later. */
  BUSY(11),
  /** What a leader or supervisor saw when it made the call no longer holds; nothing was changed. */
  STALE(12),
  /** This principal may not do it. */
  NOT_PERMITTED(13),
  /** Larger than a limit that will not pass. */
  TOO_LARGE(14),
  /** A type or version that this node does not know. */
  UNSUPPORTED(15),
  /** The request did not follow its format. */
  MALFORMED(16),
  /** The request was acknowledged before and its result is forgotten. */
  FORGOTTEN(17),
  /** Too few disks have room for it; what makes room is still done. ENOSPC. */
  NO_SPACE(18);

  private final int code;

  Status(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public static Status ofCode(int code) throws MalformedException {
    for (Status status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    throw new MalformedException("unknown status " + code);
  }
}
