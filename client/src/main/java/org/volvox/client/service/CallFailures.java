package org.volvox.client.service;

import org.volvox.calls.CallException;
import org.volvox.calls.service.InvokeAnswer;

/** What goes wrong with calls of services, as their users see it. */
final class CallFailures {
  private CallFailures() {}

  static ServiceException of(CallException failed, String where) {
    ServiceException told =
        new ServiceException(kind(failed), failed.mayHaveRun(), where + ": " + failed.getMessage());
    told.initCause(failed);
    return told;
  }

  private static ServiceException.Kind kind(CallException failed) {
    return switch (failed.status()) {
      case DEADLINE -> ServiceException.Kind.DEADLINE;
      case CANCELLED -> ServiceException.Kind.CANCELLED;
      case BUSY, NO_ROOM -> ServiceException.Kind.BUSY;
      case NOT_ALLOWED, OTHER_CLUSTER -> ServiceException.Kind.NOT_ALLOWED;
      case UNKNOWN_METHOD, VERSION -> ServiceException.Kind.UNSUPPORTED;
      case UNAVAILABLE, GOING_AWAY, OLD_INCARNATION, NO_QUORUM, NOT_FOUND ->
          ServiceException.Kind.UNAVAILABLE;
      case OK, MALFORMED, FAILED, DAMAGED -> ServiceException.Kind.FAILED;
    };
  }

  static ServiceException.Kind kind(InvokeAnswer.NotRun.Reason reason) {
    return switch (reason) {
      case UNKNOWN_METHOD, BAD_ARGUMENTS -> ServiceException.Kind.UNSUPPORTED;
      case BUSY -> ServiceException.Kind.BUSY;
      case NOT_ALLOWED -> ServiceException.Kind.NOT_ALLOWED;
      case UNKNOWN_INSTANCE, STOPPING, NOT_HEALTHY, FORGOTTEN -> ServiceException.Kind.UNAVAILABLE;
    };
  }

  /** The thread was interrupted, which it still is, and the call is cancelled. */
  static ServiceException interrupted() {
    Thread.currentThread().interrupt();
    return new ServiceException(
        ServiceException.Kind.CANCELLED, true, "the calling thread was interrupted");
  }

  /** Where only unchecked exceptions may be thrown: a checked one is the cause of another. */
  static RuntimeException unchecked(Throwable thrown) {
    if (thrown instanceof RuntimeException itself) {
      return itself;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    ServiceException told =
        new ServiceException(ServiceException.Kind.FAILED, true, String.valueOf(thrown));
    told.initCause(thrown);
    return told;
  }
}
