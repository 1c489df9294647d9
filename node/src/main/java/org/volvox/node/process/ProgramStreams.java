package org.volvox.node.process;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.volvox.base.Bytes;

/**
 * The node's end of one program's streams: outputs are kept until a client has taken them, input is
 * counted so that a client that attaches again repeats nothing.
 */
public final class ProgramStreams {
  /** Per output: what a program may be ahead of its reader; more would be memory without use. */
  static final int RETAINED_BYTES_MAX = 256 << 10;

  private final RetainedStream output = new RetainedStream(RETAINED_BYTES_MAX);
  private final RetainedStream error = new RetainedStream(RETAINED_BYTES_MAX);
  private final SocketChannel channel;
  private final AtomicLong inputOffset = new AtomicLong();
  private boolean inputEnded;

  ProgramStreams(SocketChannel channel) {
    this.channel = channel;
  }

  RetainedStream output() {
    return output;
  }

  RetainedStream error() {
    return error;
  }

  long inputOffset() {
    return inputOffset.get();
  }

  /** Passes input on; the part before what the program already got is skipped. */
  synchronized void input(long offset, Bytes bytes) throws IOException {
    long reached = inputOffset.get();
    if (offset > reached) {
      throw new IOException("input skips from byte " + reached + " to " + offset);
    }
    int known = (int) Math.min(reached - offset, bytes.length());
    byte[] fresh = bytes.slice(known, bytes.length()).toArray();
    for (int at = 0; at < fresh.length && !inputEnded; at += StreamFrames.BYTES_MAX) {
      int count = Math.min(StreamFrames.BYTES_MAX, fresh.length - at);
      StreamFrames.write(channel, StreamFrames.INPUT, fresh, at, count);
    }
    inputOffset.addAndGet(fresh.length);
  }

  synchronized void endInput() throws IOException {
    if (!inputEnded) {
      inputEnded = true;
      StreamFrames.write(channel, StreamFrames.INPUT, new byte[0], 0, 0);
    }
  }

  /** Reads the warden's frames until both outputs have ended. */
  void pump() throws InterruptedException {
    int open = 2;
    try {
      while (open > 0) {
        StreamFrames.Frame frame = StreamFrames.read(channel);
        RetainedStream target = frame.stream() == StreamFrames.OUTPUT ? output : error;
        if (frame.bytes().isEmpty()) {
          target.end();
          open--;
        } else {
          target.append(frame.bytes());
        }
      }
    } catch (IOException e) {
      // The warden is gone and its children with it; the host reports them lost.
      return;
    } finally {
      output.end();
      error.end();
    }
  }

  /** Whether a reader has taken everything that there will ever be. */
  boolean isDrained() {
    return output.isDrained() && error.isDrained();
  }

  void close() {
    output.end();
    error.end();
    try {
      channel.close();
    } catch (IOException e) {
      return; // Closing a dead socket; nothing is left to free.
    }
  }
}
