package org.volvox.rpc;

import java.io.Closeable;
import java.io.IOException;

/** A socket as {@link BlockingWire} needs it: one reader, one writer at a time. */
interface SocketPort extends Closeable {
  /** Waits without end. */
  long FOREVER = Long.MAX_VALUE;

  /** Reads what is there; 0 if nothing is, -1 at the end. */
  int tryRead(byte[] array, int offset, int length) throws IOException;

  /**
   * Waits until something may be there to read, at most so long; less if the thread is interrupted,
   * which it stays.
   */
  void awaitReadable(long nanosMax) throws IOException;

  /**
   * Writes what there is room for and gives how many of the bytes are gone, without waiting. Who
   * calls again begins with the first that is not gone; those, and their order, stay as they were.
   */
  int tryWrite(byte[] array, int offset, int length) throws IOException;

  /** Waits until there may be room to write, as {@link #awaitReadable}. */
  void awaitWritable(long nanosMax) throws IOException;

  /** Closes from any thread; a wait fails. */
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
