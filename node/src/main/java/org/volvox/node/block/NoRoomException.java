package org.volvox.node.block;

import java.io.IOException;

/** This node's disk has no room for a block. */
final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1L;

  NoRoomException(String message) {
    super(message);
  }
}
