package org.volvox.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.message.StreamMessage;
import org.volvox.rpc.OutboundCall;

/**
 * Reads a program's input and sends it, keeping what the program's machine has not confirmed, so
 * that it can be sent again through another entry node.
 *
 * <p>What is unconfirmed stays below a call's window: a send never blocks, and so never keeps the
 * thread that empties the outputs from saying so, without which program and caller would wait for
 * each other.
 */
final class InputPump {
  private static final int UNCONFIRMED_BYTES_MAX = 256 << 10;

  private final InputStream source;
  private final Deque<Bytes> unconfirmed = new ArrayDeque<>();
  private long confirmed;
  private long read;
  private boolean ended;
  private boolean stopped;
  private Optional<OutboundCall> call = Optional.empty();

  InputPump(InputStream source) {
    this.source = source;
  }

  void start() {
    // A platform thread: a read of the process's own standard input would hold a carrier.
    Thread.ofPlatform().daemon().name("input").start(this::readAll);
  }

  /** The machine has it up to {@code offset}; after an attach, sending goes on from there. */
  synchronized void onTaken(long offset, OutboundCall through) throws InterruptedException {
    while (!unconfirmed.isEmpty() && confirmed + unconfirmed.peek().length() <= offset) {
      confirmed += unconfirmed.remove().length();
    }
    if (offset > confirmed && !unconfirmed.isEmpty()) {
      Bytes first = unconfirmed.remove();
      unconfirmed.addFirst(first.slice((int) (offset - confirmed), first.length()));
      confirmed = offset;
    }
    if (call.isEmpty()) {
      call = Optional.of(through);
      for (Bytes chunk : unconfirmed) {
        sendIfAttached(chunk);
      }
      if (ended) {
        sendIfAttached(Bytes.EMPTY);
      }
    }
    notifyAll();
  }

  /** The call broke or is over; what comes meanwhile is kept. */
  synchronized void detach() {
    call = Optional.empty();
  }

  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  private void readAll() {
    byte[] buffer = new byte[StreamMessage.CHUNK_BYTES_MAX];
    try {
      for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
        if (count > 0 && !pass(Bytes.wrap(Arrays.copyOf(buffer, count)))) {
          return;
        }
      }
      end();
    } catch (IOException e) {
      end(); // An input that cannot be read on has ended, as far as the program can see.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean pass(Bytes chunk) throws InterruptedException {
    while (!stopped && read - confirmed + chunk.length() > UNCONFIRMED_BYTES_MAX) {
      wait();
    }
    unconfirmed.add(chunk);
    read += chunk.length();
    sendIfAttached(chunk);
    return !stopped;
  }

  private synchronized void end() {
    ended = true;
    try {
      sendIfAttached(Bytes.EMPTY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendIfAttached(Bytes chunk) throws InterruptedException {
    if (call.isEmpty()) {
      return;
    }
    try {
      send(call.get(), chunk);
    } catch (CallException e) {
      // The receiving thread meets the same end, behind what arrived before it.
      call = Optional.empty();
    }
  }

  private static void send(OutboundCall through, Bytes chunk)
      throws CallException, InterruptedException {
    synchronized (through) {
      through.send(new StreamMessage.Input(chunk).encode());
    }
  }
}
