package org.volvox.rpc;

import java.io.Closeable;
import java.io.IOException;

/** A blocking socket as {@link BlockingConnection} needs it: one reader, one writer at a time. */
interface SocketPort extends Closeable {
  /** Reads at least one byte; -1 at the end. */
  int read(byte[] array, int offset, int length) throws IOException;

  /** Writes all. */
  void write(byte[] array, int offset, int length) throws IOException;

  /** Closes from any thread; a read or write that blocks fails. */
  @Override
  void close() throws IOException;

  /** As {@link #close}, for who has another failure to tell. */
  default void closeQuietly() {
    try {
      close();
    } catch (IOException ignored) {
      // It is over either way.
    }
  }
}
