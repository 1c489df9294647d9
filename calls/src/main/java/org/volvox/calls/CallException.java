package org.volvox.calls;

/** A call that did not end with {@link CallStatus#OK}: how, how far it came, and why in words. */
public final class CallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final CallStatus status;
  private final CallPhase phase;
  private final boolean mayHaveRun;

  /**
   * @param mayHaveRun whether the callee may have acted on the request; false only if it certainly
   *     did not
   */
  public CallException(CallStatus status, CallPhase phase, boolean mayHaveRun, String message) {
    super(message);
    this.status = status;
    this.phase = phase;
    this.mayHaveRun = mayHaveRun;
  }

  /** A failure that a handler or caller reports, in the call itself. */
  public CallException(CallStatus status, String message) {
    this(status, CallPhase.CALL, status.mayHaveRun(), message);
  }

  public CallStatus status() {
    return status;
  }

  public CallPhase phase() {
    return phase;
  }

  public boolean mayHaveRun() {
    return mayHaveRun;
  }
}
