package org.volvox.rpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Records of TLS over a socket. One read of the socket takes as many as have come, one write sends
 * as many as the bytes need, where a socket of the JDK's needs two reads and a write for each.
 */
final class TlsRecords implements SocketPort {
  /** Two of the longest records, of 16 KiB and what is around them. */
  private static final int BUFFER_BYTES = 36 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private final ChannelPort below;
  private final SSLEngine engine;
  private final int recordBytes;
  private final int plainBytes;

  /** Both directions send: what the other end's messages to the engine want as an answer. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Up to its position: sealed and not yet sent. */
  private final ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);

  /** The bytes of a writer that are in there. */
  private int sealed;

  /** From its position to its limit: read and not yet opened. */
  private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES).limit(0);

  /** Opened and not yet taken, since the taker had little room; made for the first such one. */
  private ByteBuffer rest = ByteBuffer.wrap(NOTHING);

  private boolean isAtEnd;

  /** Whether what was read may hold a whole record yet. */
  private boolean isBehind;

  /** What a connection is secured with. */
  record Ends(TlsMaterial material, SSLEngine engine) {}

  TlsRecords(ChannelPort below, SSLEngine engine) {
    this.below = below;
    this.engine = engine;
    this.recordBytes = engine.getSession().getPacketBufferSize();
    this.plainBytes = engine.getSession().getApplicationBufferSize();
  }

  /** What has to happen before anything else, within this time. */
  void shakeHands(Duration within) throws IOException {
    long end = System.nanoTime() + within.toNanos();
    try {
      engine.beginHandshake();
      HandshakeStatus status = engine.getHandshakeStatus();
      while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
        status = shakeOnce(status, end);
      }
    } catch (SSLException refused) {
      tellWhy();
      throw refused;
    }
  }

  private HandshakeStatus shakeOnce(HandshakeStatus status, long end) throws IOException {
    return switch (status) {
      case NEED_TASK -> {
        runTasks();
        yield engine.getHandshakeStatus();
      }
      case NEED_WRAP -> say(end);
      default -> {
        SSLEngineResult result = engine.unwrap(in, ByteBuffer.wrap(NOTHING));
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
          awaitMore(end);
        } else if (result.getStatus() == Status.CLOSED) {
          throw new SSLException("the other end closed the connection in the handshake");
        }
        yield result.getHandshakeStatus();
      }
    };
  }

  private void awaitMore(long end) throws IOException {
    while (fill() == 0) {
      below.awaitReadable(left(end));
    }
    if (isAtEnd) {
      throw new SSLException("the other end closed the connection in the handshake");
    }
  }

  private static long left(long end) throws IOException {
    long left = end - System.nanoTime();
    if (left <= 0) {
      throw new IOException("the handshake takes too long");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted in the handshake");
    }
    return left;
  }

  /** Sends what the engine has to say. */
  private HandshakeStatus say(long end) throws IOException {
    HandshakeStatus status = seal(ByteBuffer.wrap(NOTHING));
    while (!trySend()) {
      below.awaitWritable(left(end));
    }
    return status;
  }

  /** The alert that says why this end will not go on, if it still goes out. */
  private void tellWhy() {
    try {
      HandshakeStatus ignored = seal(ByteBuffer.wrap(NOTHING));
      boolean _ = trySend();
    } catch (IOException gone) {
      // The failure that led here is the one to tell.
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  @Override
  public int tryRead(byte[] array, int offset, int length) throws IOException {
    if (rest.hasRemaining()) {
      return takeRest(array, offset, length);
    }
    if (length >= plainBytes) {
      return open(ByteBuffer.wrap(array, offset, length));
    }
    rest = rest.capacity() == 0 ? ByteBuffer.allocate(plainBytes) : rest.clear();
    int count = open(rest);
    rest.flip();
    return count > 0 ? takeRest(array, offset, length) : count;
  }

  private int takeRest(byte[] array, int offset, int length) {
    int count = Math.min(length, rest.remaining());
    rest.get(array, offset, count);
    return count;
  }

  /** Opens the records that have come, as many as there is room for. */
  private int open(ByteBuffer to) throws IOException {
    int start = to.position();
    isBehind = true;
    boolean isDrained = false;
    while (to.remaining() >= plainBytes) {
      SSLEngineResult result = engine.unwrap(in, to);
      switch (result.getStatus()) {
        case CLOSED -> isAtEnd = true;
        case BUFFER_UNDERFLOW -> {
          isBehind = false;
          if (isDrained || to.position() > start) {
            return to.position() - start;
          }
          int count = fill();
          isDrained = count < in.capacity() / 2;
          if (count == 0) {
            return 0;
          }
        }
        default -> answer(result.getHandshakeStatus());
      }
      if (isAtEnd) {
        return to.position() > start ? to.position() - start : -1;
      }
    }
    return to.position() - start;
  }

  /** Reads what is there behind what is not opened yet. */
  private int fill() throws IOException {
    in.compact();
    int count = below.tryRead(in.array(), in.position(), in.remaining());
    in.position(in.position() + Math.max(0, count)).flip();
    isAtEnd |= count < 0;
    return count;
  }

  /**
   * What the engine wants sent is sent by a writer that is at it, else here; if the socket is full,
   * with what is written next.
   */
  private void answer(HandshakeStatus status) throws IOException {
    if (status == HandshakeStatus.NEED_TASK) {
      runTasks();
    } else if (status == HandshakeStatus.NEED_WRAP && writing.tryLock()) {
      try {
        if (out.remaining() >= recordBytes) {
          HandshakeStatus ignored = seal(ByteBuffer.wrap(NOTHING));
        }
        boolean _ = trySend();
      } finally {
        writing.unlock();
      }
    }
  }

  @Override
  public void awaitReadable(long nanosMax) throws IOException {
    if (!rest.hasRemaining() && !isBehind) {
      below.awaitReadable(nanosMax);
    }
  }

  @Override
  public int tryWrite(byte[] array, int offset, int length) throws IOException {
    writing.lock();
    try {
      ByteBuffer plain = ByteBuffer.wrap(array, offset + sealed, length - sealed);
      int gone = 0;
      do {
        while (plain.hasRemaining() && out.remaining() >= recordBytes) {
          int before = plain.position();
          HandshakeStatus ignored = seal(plain);
          sealed += plain.position() - before;
        }
        if (!trySend()) {
          return gone;
        }
        gone += sealed;
        sealed = 0;
      } while (plain.hasRemaining());
      return gone;
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void awaitWritable(long nanosMax) throws IOException {
    below.awaitWritable(nanosMax);
  }

  /**
   * Makes a record of what there is, or of what the engine itself has to say if that is nothing.
   */
  private HandshakeStatus seal(ByteBuffer plain) throws IOException {
    SSLEngineResult result = engine.wrap(plain, out);
    if (result.getStatus() == Status.CLOSED && plain.hasRemaining()) {
      throw new IOException("the connection is closed");
    }
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    }
    return result.getHandshakeStatus();
  }

  /** Whether all that was sealed is gone. */
  private boolean trySend() throws IOException {
    if (out.position() > 0) {
      int count = below.tryWrite(out.array(), 0, out.position());
      out.flip().position(count);
      out.compact();
    }
    return out.position() == 0;
  }

  @Override
  public void close() throws IOException {
    below.close();
  }
}
