package org.volvox.fs;

import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;

/**
 * A call that cannot be done; becomes its result at the edge of {@link Files}. Thrown before
 * anything was written, so that a refused call changes nothing.
 */
final class Refused extends Exception {
  private static final long serialVersionUID = 1L;
  private final Status status;

  Refused(Status status, String text) {
    super(text, null, false, false);
    this.status = status;
  }

  Status status() {
    return status;
  }

  Result result() {
    return Result.refused(status, String.valueOf(getMessage()));
  }
}
