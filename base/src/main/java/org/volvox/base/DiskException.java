package org.volvox.base;

/** A disk that did not do what was asked; says which file and why. */
public final class DiskException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why it failed; FULL may pass, the others stop the node. */
  public enum Kind {
    FULL,
    MISSING,
    FAILED
  }

  private final Kind kind;
  private final String message;

  public DiskException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.message = message;
  }

  public DiskException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }

  public Kind kind() {
    return kind;
  }
}
