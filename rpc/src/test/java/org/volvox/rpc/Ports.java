package org.volvox.rpc;

import java.io.IOException;

/** Blocking use of a {@link SocketPort}, for tests. */
final class Ports {
  private Ports() {}

  /** Writes all, and waits for room. */
  static void writeAll(SocketPort to, byte[] array, int offset, int length) throws IOException {
    int gone = to.tryWrite(array, offset, length);
    while (gone < length) {
      to.awaitWritable(SocketPort.FOREVER);
      gone += to.tryWrite(array, offset + gone, length - gone);
    }
  }
}
