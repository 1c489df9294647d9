package org.volvox.rpc;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.volvox.base.Bytes;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;

/**
 * What goes out of a port. Frames are added by one thread while another writes those before them.
 * No write waits: what the socket has no room for stays here until it has; else two ends that both
 * write would wait for each other to read.
 */
final class WireWriter {
  /** More is more than {@link org.volvox.calls.ConnectionLimits} let wait for a peer that reads. */
  static final int HELD_BYTES_MAX = 4 << 20;

  private static final int START_BYTES = 8 * 1024;
  private static final int KEPT_BYTES = 128 * 1024;

  private final SocketPort port;

  /** Guards what was added; held for no longer than a copy takes. */
  private final ReentrantLock adding = new ReentrantLock();

  private byte[] added = new byte[START_BYTES];
  private volatile int addedBytes;
  private int addedFrames;

  /** Guards what goes out now. */
  private final ReentrantLock writing = new ReentrantLock();

  private byte[] going = new byte[START_BYTES];
  private int goingStart;
  private int goingEnd;

  private volatile boolean isHeldUp;
  private volatile boolean isOver;
  private volatile long movedNanos = System.nanoTime();

  WireWriter(SocketPort port) {
    this.port = port;
  }

  /** Bytes that were added and that no write has begun with. */
  int addedBytes() {
    return addedBytes;
  }

  /** Whether the socket had no room for all there was: {@link #awaitRoom} before the next write. */
  boolean isHeldUp() {
    return isHeldUp;
  }

  /** When the socket last took something, by {@link System#nanoTime}. */
  long movedNanos() {
    return movedNanos;
  }

  /** Gives how many frames were added that no write has begun with. */
  int add(Frame frame) {
    Bytes payload = frame.payload();
    int size = FrameCodec.HEADER_BYTES + payload.length();
    Bytes header = FrameCodec.encodeHeader(frame);
    adding.lock();
    try {
      if (isOver) {
        return 0;
      }
      int end = addedBytes;
      if (end + size > added.length) {
        added = Arrays.copyOf(added, Math.max(KEPT_BYTES, 2 * (end + size)));
      }
      header.copyTo(0, added, end, FrameCodec.HEADER_BYTES);
      payload.copyTo(0, added, end + FrameCodec.HEADER_BYTES, payload.length());
      addedBytes = end + size;
      return ++addedFrames;
    } finally {
      adding.unlock();
    }
  }

  /**
   * Writes what the socket takes now; gives how many bytes that was. If another thread is at it,
   * that one does it before it leaves.
   */
  long flush() throws IOException {
    long gone = 0;
    while (addedBytes > 0 && !isHeldUp && !isOver && writing.tryLock()) {
      try {
        gone += writeAll();
      } finally {
        writing.unlock();
      }
    }
    return gone;
  }

  /** Writes what is held up, and all behind it, as {@link #flush}; for one thread. */
  long flushHeld() throws IOException {
    long gone;
    writing.lock();
    try {
      isHeldUp = false;
      gone = writeAll();
    } finally {
      writing.unlock();
    }
    return gone + flush();
  }

  private long writeAll() throws IOException {
    long gone = 0;
    while (!isOver && (goingStart < goingEnd || takeAdded())) {
      int count = port.tryWrite(going, goingStart, goingEnd - goingStart);
      if (count > 0) {
        movedNanos = System.nanoTime();
      }
      gone += count;
      goingStart += count;
      if (goingStart < goingEnd) {
        isHeldUp = true;
        break;
      }
    }
    return gone;
  }

  private boolean takeAdded() {
    if (addedBytes == 0) {
      return false;
    }
    byte[] empty = going.length > KEPT_BYTES ? new byte[KEPT_BYTES] : going;
    adding.lock();
    try {
      going = added;
      goingStart = 0;
      goingEnd = addedBytes;
      added = empty;
      addedBytes = 0;
      addedFrames = 0;
    } finally {
      adding.unlock();
    }
    return true;
  }

  /** Whether all that was added is gone and no thread is at it. */
  boolean isIdle() {
    if (isOver) {
      return true;
    }
    if (!writing.tryLock()) {
      return false;
    }
    try {
      return goingStart == goingEnd && addedBytes == 0;
    } finally {
      writing.unlock();
    }
  }

  /** Waits until the socket may have room again, at most so long. */
  void awaitRoom(long nanosMax) throws IOException {
    port.awaitWritable(nanosMax);
  }

  /** Nothing goes out any more. */
  void drop() {
    adding.lock();
    try {
      isOver = true;
      isHeldUp = false;
      addedBytes = 0;
    } finally {
      adding.unlock();
    }
  }
}
