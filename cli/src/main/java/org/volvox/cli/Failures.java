package org.volvox.cli;

import java.io.IOException;
import org.volvox.base.syscall.Status;
import org.volvox.client.VolvoxException;

/** Turns what the client or the machine said into an exit code and words. */
public final class Failures {
  private Failures() {}

  public static Failure of(IOException e) {
    if (e instanceof VolvoxException failure) {
      return new Failure(
          exitCode(failure.kind()), String.valueOf(failure.getMessage()), failure.hint(), failure);
    }
    return new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), "", e);
  }

  /** With advice, where the cluster's answer was this one and the command knows what helps. */
  public static Failure of(VolvoxException e, Status status, String hint) {
    return e.is(status)
        ? new Failure(exitCode(e.kind()), String.valueOf(e.getMessage()), hint, e)
        : of(e);
  }

  private static int exitCode(VolvoxException.Kind kind) {
    return switch (kind) {
      case REFUSED, FAILED -> ExitCode.FAILED;
      case NO_QUORUM, UNREACHABLE -> ExitCode.UNREACHABLE;
      case NOT_ALLOWED -> ExitCode.NOT_ALLOWED;
      case UNKNOWN -> ExitCode.UNKNOWN;
    };
  }
}
