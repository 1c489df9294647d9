package org.volvox.rpc.marshal;

/** A type here cannot stand for the type that the host has in its place. */
final class UnfitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnfitException(String message) {
    super(message);
  }
}
