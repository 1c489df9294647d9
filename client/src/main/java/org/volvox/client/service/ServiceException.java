package org.volvox.client.service;

import org.volvox.base.Api;

/**
 * A call that got no answer of the method called: the network, the instance or the two programs'
 * ideas of the interface were in the way. Where a method declares {@link java.rmi.RemoteException},
 * that is thrown instead, with this as its cause.
 */
@Api
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What stood in the way. */
  @Api
  public enum Kind {
    /** No instance is bound to the name, or none could be reached. */
    UNAVAILABLE,
    /** The deadline passed. */
    DEADLINE,
    /** The caller gave up. */
    CANCELLED,
    /** The instance's interface has no such method, or arguments that do not fit. */
    UNSUPPORTED,
    /** The caller may not call it. */
    NOT_ALLOWED,
    /** The instance has too much to do. */
    BUSY,
    /** What came back cannot be understood. */
    FAILED
  }

  private final Kind kind;
  private final boolean mayHaveRun;

  /** A failure; {@code mayHaveRun} is false only if the method certainly did not run. */
  public ServiceException(Kind kind, boolean mayHaveRun, String message) {
    super(message);
    this.kind = kind;
    this.mayHaveRun = mayHaveRun;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the method may have run all the same; only false is certain. */
  public boolean mayHaveRun() {
    return mayHaveRun;
  }
}
