package org.volvox.cli.services;

import org.volvox.base.syscall.ServiceName;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.client.service.ServiceException;

/** Turns what a call of a service met into an exit code and words. */
public final class ServiceFailures {
  private ServiceFailures() {}

  /** What the command says and exits with; always whether the method may have run. */
  public static Failure of(String name, ServiceException failed) {
    return new Failure(
        exitCode(failed), String.valueOf(failed.getMessage()), hint(name, failed), failed);
  }

  private static int exitCode(ServiceException failed) {
    return switch (failed.kind()) {
      case UNSUPPORTED -> ExitCode.WRONG_COMMAND_LINE;
      case NOT_ALLOWED -> ExitCode.NOT_ALLOWED;
      case UNAVAILABLE, DEADLINE, CANCELLED ->
          failed.mayHaveRun() ? ExitCode.UNKNOWN : ExitCode.UNREACHABLE;
      case BUSY, FAILED -> failed.mayHaveRun() ? ExitCode.UNKNOWN : ExitCode.FAILED;
    };
  }

  private static String hint(String name, ServiceException failed) {
    if (failed.mayHaveRun()) {
      return "It may have run, or may run yet; look before you call again.";
    }
    return switch (failed.kind()) {
      case UNSUPPORTED -> "It did not run. See its methods: volvox services describe " + name;
      case UNAVAILABLE, DEADLINE -> "It did not run. See who is there: volvox services";
      default -> "It did not run.";
    };
  }

  /** The name that these words mean. */
  static ServiceName name(String text) {
    try {
      return ServiceName.of(text);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          ExitCode.WRONG_COMMAND_LINE,
          String.valueOf(e.getMessage()),
          "Such as CalcService or math/CalcService. See them: volvox services",
          e);
    }
  }
}
