package org.volvox.lab;

/** What a caller asked for cannot be done; the message is for the reader of the page. */
final class LabException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String message;

  LabException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
