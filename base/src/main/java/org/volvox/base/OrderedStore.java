package org.volvox.base;

import java.util.Optional;

/**
 * Keys and values in unsigned byte order, under the replicated state machines: RocksDB in a node, a
 * tree in the simulator. A batch is applied whole or not at all.
 */
public interface OrderedStore extends AutoCloseable {
  /** What can be read: the store as it is, a snapshot of it, or a batch with the store below. */
  interface Reader {
    Optional<Bytes> get(Bytes key);

    /**
     * Visits the keys from {@code from} (inclusive) to {@code to} (exclusive) in the given
     * direction until the visitor returns false.
     */
    void scan(Bytes from, Bytes to, Direction direction, Visitor visitor);
  }

  /** Which way a scan goes. */
  enum Direction {
    ASCENDING,
    DESCENDING
  }

  /** Gets each pair of a scan; returns whether to go on. It must not write while scanning. */
  interface Visitor {
    boolean visit(Bytes key, Bytes value);
  }

  /** Reads see what the batch wrote before; nothing is in the store until {@link #commit}. */
  interface Batch extends Reader, AutoCloseable {
    void put(Bytes key, Bytes value);

    void delete(Bytes key);

    void commit();

    @Override
    void close();
  }

  /** An unchanging view; closing frees what it pins. */
  interface Snapshot extends Reader, AutoCloseable {
    @Override
    void close();
  }

  Batch batch();

  Snapshot snapshot();

  /** Makes all committed batches durable. */
  void flush();

  @Override
  void close();
}
