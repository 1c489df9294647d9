package org.volvox.node.process;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final Optional<SocketChannel> channel;
  private final AtomicLong inputOffset = new AtomicLong();
  private final Readership readership = new Readership(System.nanoTime());
  private final AtomicBoolean abandoned = new AtomicBoolean();

  /** The program's own end, and that of its outputs: then nothing more passes, either way. */
  private final AtomicInteger endsToCome = new AtomicInteger(2);

  private volatile boolean inputIsFile;
  private boolean inputEnded;

  ProgramStreams(SocketChannel channel) {
    this(Optional.of(channel));
  }

  private ProgramStreams(Optional<SocketChannel> channel) {
    this.channel = channel;
  }

  /** Of a program that could not be started: why not, as a shell would say it. */
  static ProgramStreams ofNotStarted(String why) throws InterruptedException {
    ProgramStreams streams = new ProgramStreams(Optional.empty());
    streams.error.append(Bytes.utf8("volvox: " + why + "\n"));
    streams.output.end();
    streams.error.end();
    return streams;
  }

  RetainedStream output() {
    return output;
  }

  RetainedStream error() {
    return error;
  }

  /** A reader came; false if what it wants is no longer kept. Else it must leave again. */
  boolean come(long outputOffset, long errorOffset) {
    if (!readership.come()) {
      return false;
    }
    if (output.keeps(outputOffset) && error.keeps(errorOffset)) {
      // It has what is before, also if the node that it said so to passed it on no more.
      output.take(outputOffset);
      error.take(errorOffset);
      return true;
    }
    leave();
    return false;
  }

  void leave() {
    readership.leave(System.nanoTime());
  }

  /** No caller but a file feeds the program. */
  void feedsFile() {
    inputIsFile = true;
  }

  /** Whether all readers have been away for longer than the grace; true once. */
  boolean hangUp(long nowNanos, long graceNanos) {
    return readership.hangUp(nowNanos, graceNanos, output.isFull() || error.isFull());
  }

  boolean isHungUp() {
    return readership.isHungUp();
  }

  boolean ignoresHangUp(long nowNanos, long graceNanos) {
    return readership.ignoresHangUp(nowNanos, graceNanos);
  }

  /**
   * Throws outputs away and ends a caller's input, so that a program that ignores the hang-up waits
   * for nobody. Comes a grace after the signal: whoever heeds it must not take the part of its
   * input that came for the whole, however slow the machine.
   */
  void abandon() {
    output.discard();
    error.discard();
    if (!inputIsFile && !abandoned.getAndSet(true)) {
      Thread.ofVirtual().name("hang-up").start(this::endInputOfGoneCaller);
    }
  }

  private void endInputOfGoneCaller() {
    try {
      endInput();
    } catch (IOException e) {
      return; // The program has ended.
    }
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
      pass(fresh, at, count);
    }
    inputOffset.addAndGet(fresh.length);
  }

  synchronized void endInput() throws IOException {
    if (!inputEnded) {
      inputEnded = true;
      pass(new byte[0], 0, 0);
    }
  }

  /** What an ended program would not read goes nowhere. */
  private void pass(byte[] bytes, int offset, int length) throws IOException {
    try {
      StreamFrames.write(open(), StreamFrames.INPUT, bytes, offset, length);
    } catch (ClosedChannelException e) {
      if (endsToCome.get() > 0) {
        throw e;
      }
    }
  }

  /** The program has ended; its outputs may still come. */
  void programEnded() {
    endOneMore();
  }

  /** An ended program's output is kept for long; its socket need not be. */
  private void endOneMore() {
    if (endsToCome.decrementAndGet() == 0) {
      closeChannel();
    }
  }

  private SocketChannel open() throws IOException {
    return channel.orElseThrow(() -> new IOException("the program was not started"));
  }

  /** Reads the warden's frames until both outputs have ended. */
  void pump() throws InterruptedException {
    int open = 2;
    try {
      while (open > 0) {
        StreamFrames.Frame frame = StreamFrames.read(open());
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
      endOneMore();
    }
  }

  boolean hasReader() {
    return readership.isRead();
  }

  /** What is held in memory for readers. */
  long memoryBytes() {
    return output.memoryBytes() + error.memoryBytes();
  }

  /** Whether a reader has taken everything that there will ever be. */
  boolean isDrained() {
    return output.isDrained() && error.isDrained();
  }

  void close() {
    output.end();
    error.end();
    closeChannel();
  }

  private void closeChannel() {
    try {
      if (channel.isPresent()) {
        channel.get().close();
      }
    } catch (IOException e) {
      return; // Closing a dead socket; nothing is left to free.
    }
  }
}
