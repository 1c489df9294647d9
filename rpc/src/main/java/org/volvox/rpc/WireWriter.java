package org.volvox.rpc;

import java.io.IOException;
import java.util.Arrays;
import org.volvox.base.Bytes;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;

/**
 * What goes out of a port. A write never waits: what the socket has no room for stays here until it
 * has. Else two ends that both write would wait for each other to read. One thread at a time, but
 * for {@link #isHeldUp}, {@link #movedNanos} and {@link #awaitRoom}.
 */
final class WireWriter {
  /** More is more than {@link org.volvox.calls.ConnectionLimits} let wait for a peer that reads. */
  static final int HELD_BYTES_MAX = 4 << 20;

  private static final int START_BYTES = 8 * 1024;
  private static final int KEPT_BYTES = 128 * 1024;

  private final SocketPort port;
  private byte[] out = new byte[START_BYTES];
  private int start;
  private int end;
  private int frames;
  private volatile boolean isHeldUp;
  private volatile long movedNanos = System.nanoTime();

  WireWriter(SocketPort port) {
    this.port = port;
  }

  /** Frames that were added since something was last sent. */
  int frames() {
    return frames;
  }

  /** Bytes that are not gone. */
  int length() {
    return end - start;
  }

  /** Whether the socket had no room for all there was. */
  boolean isHeldUp() {
    return isHeldUp;
  }

  /** When the socket last took something, by {@link System#nanoTime}. */
  long movedNanos() {
    return movedNanos;
  }

  void add(Frame frame) {
    Bytes payload = frame.payload();
    makeRoom(FrameCodec.HEADER_BYTES + payload.length());
    FrameCodec.encodeHeader(frame).copyTo(0, out, end, FrameCodec.HEADER_BYTES);
    payload.copyTo(0, out, end + FrameCodec.HEADER_BYTES, payload.length());
    end += FrameCodec.HEADER_BYTES + payload.length();
    frames++;
  }

  private void makeRoom(int size) {
    if (end + size <= out.length) {
      return;
    }
    int length = length();
    if (length + size <= out.length) {
      System.arraycopy(out, start, out, 0, length);
    } else {
      int enough = Math.max(KEPT_BYTES, 2 * (length + size));
      out = Arrays.copyOf(Arrays.copyOfRange(out, start, end), enough);
    }
    start = 0;
    end = length;
  }

  /** Writes what the socket takes now; gives how many bytes that was. */
  int flush() throws IOException {
    frames = 0;
    if (length() == 0) {
      return 0;
    }
    int gone = port.tryWrite(out, start, length());
    start += gone;
    if (gone > 0) {
      movedNanos = System.nanoTime();
    }
    isHeldUp = length() > 0;
    if (!isHeldUp) {
      clear();
    }
    return gone;
  }

  /** Waits until the socket may have room again, at most so long. */
  void awaitRoom(long nanosMax) throws IOException {
    port.awaitWritable(nanosMax);
  }

  /** Forgets all: nothing goes out any more. */
  void drop() {
    isHeldUp = false;
    clear();
  }

  private void clear() {
    start = 0;
    end = 0;
    frames = 0;
    if (out.length > KEPT_BYTES) {
      out = new byte[KEPT_BYTES];
    }
  }
}
