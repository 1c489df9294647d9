package org.volvox.kernel.keys;

import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;

/** Why a call is not done; thrown before anything is written. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  private final Status status;

  Refused(Status status, String text) {
    super(text);
    this.status = status;
  }

  Result result() {
    return Result.refused(status, String.valueOf(getMessage()));
  }
}
