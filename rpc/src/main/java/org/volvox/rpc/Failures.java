package org.volvox.rpc;

import io.netty.handler.codec.DecoderException;

/** Words for what went wrong on a socket, without the layers that carried it. */
final class Failures {
  private Failures() {}

  static Throwable root(Throwable cause) {
    Throwable inner = cause.getCause();
    return cause instanceof DecoderException && inner != null ? inner : cause;
  }

  static String text(Throwable cause) {
    Throwable root = root(cause);
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }
}
