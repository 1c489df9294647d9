package org.volvox.base;

/** Bytes from a peer, a user or a disk that do not follow their format; names what and where. */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String message;

  public MalformedException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
