package org.volvox.storage;

/** The ordered store did not do what was asked; the node must stop. Says what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
