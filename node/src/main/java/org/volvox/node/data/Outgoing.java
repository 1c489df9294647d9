package org.volvox.node.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.ConnectionLimits;
import org.volvox.crdt.Message;
import org.volvox.crdt.MessageCodec;

/**
 * What the others are told: changes of some milliseconds share a message, so that many small ones
 * do not crowd out what else the nodes tell each other, and wake the others and their disks once.
 */
final class Outgoing {
  private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);

  /** A disk that is lost before others have heard of its last changes takes these along. */
  private static final long WAITS_NANOS = 2_000_000;

  private final BiConsumer<NodeId, Bytes> send;
  private final int bytesMax;
  private final Map<NodeId, List<Message>> messages = new TreeMap<>();
  private long dueNanos;
  private boolean isFull;

  /** With about so many bytes of changes in one message. */
  Outgoing(BiConsumer<NodeId, Bytes> send, int bytesMax) {
    this.send = send;
    this.bytesMax = bytesMax;
  }

  void add(NodeId to, Message message) {
    if (messages.isEmpty()) {
      dueNanos = System.nanoTime() + WAITS_NANOS;
    }
    List<Message> waiting = messages.computeIfAbsent(to, _ -> new ArrayList<>());
    Optional<? extends Message> both =
        !waiting.isEmpty()
                && waiting.getLast() instanceof Message.Operations before
                && message instanceof Message.Operations next
            ? before.and(next, bytesMax)
            : Optional.empty();
    if (both.isPresent()) {
      waiting.set(waiting.size() - 1, both.get());
    } else {
      isFull |= !waiting.isEmpty();
      waiting.add(message);
    }
  }

  /** Until something is due; the longest time if there is nothing. */
  long nanosLeft() {
    if (messages.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return isFull ? 0 : Math.max(0, dueNanos - System.nanoTime());
  }

  /** Sends all if some of it has waited enough, or does not go into one message. */
  void sendDue() {
    if (nanosLeft() == 0) {
      send();
    }
  }

  void send() {
    messages.forEach((to, waiting) -> waiting.forEach(message -> send(to, message)));
    messages.clear();
    isFull = false;
  }

  private void send(NodeId to, Message message) {
    Bytes bytes = MessageCodec.encode(message);
    if (bytes.length() > ConnectionLimits.MESSAGE_BYTES_MAX) {
      LOG.error(
          "{} is not told about data: a message has {} bytes, more than a connection takes; a key "
              + "has too many big values that were written at the same time: write it again",
          to,
          bytes.length());
      return;
    }
    send.accept(to, bytes);
  }
}
