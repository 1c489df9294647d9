package org.volvox.cli;

import java.io.IOException;
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

  private static int exitCode(VolvoxException.Kind kind) {
    return switch (kind) {
      case REFUSED, FAILED -> ExitCode.FAILED;
      case NO_QUORUM, UNREACHABLE -> ExitCode.UNREACHABLE;
      case NOT_ALLOWED -> ExitCode.NOT_ALLOWED;
      case UNKNOWN -> ExitCode.UNKNOWN;
    };
  }
}
