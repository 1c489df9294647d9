package org.volvox.node.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;

/** One running program inside the warden: its group, its end, its three streams. */
final class WardenChild {
  private final Process process;
  private final boolean ownsGroup;

  WardenChild(Process process, boolean ownsGroup) {
    this.process = process;
    this.ownsGroup = ownsGroup;
  }

  void signal(int number) {
    // A program that is just being started is not the leader of its group yet.
    boolean isHeard = ownsGroup && PosixSignals.signalGroup(process.pid(), number);
    if (!isHeard && process.isAlive()) {
      PosixSignals.signal(process.pid(), number);
    }
  }

  /** Waits for the program, then ends what it left behind in its group. */
  int awaitEnd() throws InterruptedException {
    int code = process.waitFor();
    if (ownsGroup) {
      PosixSignals.signalGroup(process.pid(), PosixSignals.KILL);
    }
    return code;
  }

  /** Moves bytes between the program and the node until both outputs have ended. */
  void serve(SocketChannel channel) throws InterruptedException {
    Thread output =
        Thread.ofVirtual()
            .start(() -> pump(process.getInputStream(), channel, StreamFrames.OUTPUT));
    Thread error =
        Thread.ofVirtual().start(() -> pump(process.getErrorStream(), channel, StreamFrames.ERROR));
    Thread.ofVirtual().start(() -> feed(channel));
    output.join();
    error.join();
  }

  private static void pump(InputStream from, SocketChannel channel, int stream) {
    byte[] buffer = new byte[StreamFrames.BYTES_MAX];
    try {
      int count = from.read(buffer);
      while (count >= 0) {
        if (count > 0) {
          StreamFrames.write(channel, stream, buffer, 0, count);
        }
        count = from.read(buffer);
      }
    } catch (IOException e) {
      // The program closed its end hard or the node went away: either way this stream is over.
    }
    try {
      StreamFrames.write(channel, stream, buffer, 0, 0);
    } catch (IOException e) {
      return; // Nobody is left to be told.
    }
  }

  private void feed(SocketChannel channel) {
    try (OutputStream input = process.getOutputStream()) {
      StreamFrames.Frame frame = StreamFrames.read(channel);
      while (!frame.bytes().isEmpty()) {
        write(input, frame.bytes().toArray());
        frame = StreamFrames.read(channel);
      }
    } catch (IOException e) {
      return; // The node went away; the warden's own watch decides what becomes of the program.
    }
  }

  private static void write(OutputStream input, byte[] bytes) {
    try {
      input.write(bytes);
      input.flush();
    } catch (IOException e) {
      // The program no longer reads. Its input is dropped, as a shell's pipe would break.
      return;
    }
  }
}
