package org.volvox.verify.bench;

import java.io.IOException;
import java.util.List;

/** A running cluster that clients write to and read from; closing it ends clients and processes. */
interface RaceSystem extends AutoCloseable {
  String name();

  /** What of its set-up bears on the figures: version, nodes, durability, security, connections. */
  String conditions();

  /** The processes that serve: what they use of the processor is the servers' cost. */
  List<Long> servers();

  /** Whether this is no system to be beaten but what the machine could do at most. */
  default boolean isLimit() {
    return false;
  }

  /**
   * A client with a key of its own for values of this length; clients share three connections.
   *
   * @param number counted from 0
   */
  Client connect(int number, byte[] value) throws IOException, InterruptedException;

  @Override
  void close();

  /** One client; used by one thread at a time. It ends with its system. */
  interface Client {
    /** Writes the value under the client's own key and returns when it is durable on a quorum. */
    void write() throws IOException, InterruptedException;

    /** Reads what {@link #write} wrote, linearizably; fails if it is not of the value's length. */
    void read() throws IOException, InterruptedException;
  }

  /** Throws unless a read gave as many bytes as were written. */
  static void requireLength(int read, int written) throws IOException {
    if (read != written) throw new IOException(read + " bytes read, " + written + " written");
  }
}
