package org.volvox.calls;

import java.util.List;
import java.util.Optional;

/**
 * What can be called, by its number on the wire; numbers are never reused. 20 to 39 are served to
 * other nodes only, the rest to clients.
 */
public enum Method {
  /** An encoded command; answer: u8 outcome (see {@link CommandOutcome}), then its result. */
  COMMAND(1),
  /** u16 query type and body; answer: its result. */
  QUERY(2),
  BLOCK_PUT(3),
  BLOCK_GET(4),
  BLOCK_LIST(5),
  ATTACH(6),
  SIGNAL(7),
  STATUS(8),
  EVENTS(9),
  LINK_POLICY(10),
  LOG_READ(11),
  /**
   * As QUERY, of the node asked and as it is; answer: {@link org.volvox.calls.message.StaleAnswer}.
   */
  STALE_QUERY(12),
  /** The replicated state as of now, for a backup. */
  SNAPSHOT(13),
  MEMBER(14),
  /** Nothing; the node begins to read all its blocks. Answer: nothing. */
  SCRUB(15),
  /** {@link org.volvox.calls.message.RegisterMessage}: a register, read or changed. */
  REGISTER(16),
  /**
   * Of a service's host: {@link org.volvox.calls.service.InvokeRequest}, then the items of a stream
   * of arguments if it has one; answer: {@link org.volvox.calls.service.InvokeAnswer}, then the
   * items of a stream of results.
   */
  INVOKE(17),
  /**
   * Of a service's host: u8 version (1), 16 bytes instance; answer: the schema of that instance.
   */
  DESCRIBE(18),
  /** Of a node: which instances there are, and each change of them. */
  WATCH_SERVICES(19),
  PEER_BLOCK_PUT(20),
  PEER_BLOCK_GET(21),
  PEER_COMMAND(22),
  PEER_QUERY(23),
  PEER_ATTACH(24),
  PEER_EVENTS(25),
  PEER_STATUS(26),
  PEER_MEMBER(27),
  PEER_SNAPSHOT(28),
  /** Entries for a node that repairs its log; what {@code consensus.repair} says. */
  PEER_LOG_ENTRIES(29),
  /** Between the logs of two nodes, in the words of an engine that is not the node's own. */
  PEER_ENGINE(30),
  /** {@link org.volvox.calls.message.KeyWatchMessage}: the changes of keys as they are made. */
  WATCH_KEYS(40),
  /** {@link org.volvox.calls.message.DataMessage}: data that merges, at the node asked alone. */
  DATA(41),
  /** {@link org.volvox.calls.message.DataCopyMessage}: all data that merges, for a backup. */
  DATA_COPY(42);

  private static final int PEER_NUMBER_MIN = 20;
  private static final int PEER_NUMBER_MAX = 39;

  /** Once, since values() copies. */
  private static final List<Method> ALL = List.of(values());

  private final int number;

  Method(int number) {
    this.number = number;
  }

  /** The number on the wire, a u16. */
  public int number() {
    return number;
  }

  /** Whether only another node may call it. */
  public boolean isForPeers() {
    return number >= PEER_NUMBER_MIN && number <= PEER_NUMBER_MAX;
  }

  /** The method of this number; empty if this version has none. */
  public static Optional<Method> of(int number) {
    for (Method method : ALL) {
      if (method.number == number) {
        return Optional.of(method);
      }
    }
    return Optional.empty();
  }
}
