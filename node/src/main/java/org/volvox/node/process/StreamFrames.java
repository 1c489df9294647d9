package org.volvox.node.process;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.volvox.base.Bytes;

/**
 * The frames of one program's streams between node and warden: a byte of stream (0 input, 1 output,
 * 2 errors), a 32-bit length, the bytes; length 0 ends that stream. The first eight bytes of a
 * connection name the program.
 */
final class StreamFrames {
  static final int INPUT = 0;
  static final int OUTPUT = 1;
  static final int ERROR = 2;
  static final int BYTES_MAX = 64 << 10;

  private StreamFrames() {}

  /** One frame; no bytes is the end of its stream. */
  record Frame(int stream, Bytes bytes) {}

  static void writePid(SocketChannel channel, long pid) throws IOException {
    writeFully(channel, ByteBuffer.allocate(8).putLong(pid).flip());
  }

  static long readPid(SocketChannel channel) throws IOException {
    return readFully(channel, 8).getLong();
  }

  /** Writes one frame whole; callers of one channel take turns by its monitor. */
  static void write(SocketChannel channel, int stream, byte[] bytes, int offset, int length)
      throws IOException {
    ByteBuffer frame =
        ByteBuffer.allocate(5 + length)
            .put((byte) stream)
            .putInt(length)
            .put(bytes, offset, length);
    synchronized (channel) {
      writeFully(channel, frame.flip());
    }
  }

  static Frame read(SocketChannel channel) throws IOException {
    ByteBuffer head = readFully(channel, 5);
    int stream = head.get();
    int length = head.getInt();
    if (length < 0 || length > BYTES_MAX || stream < INPUT || stream > ERROR) {
      throw new IOException(
          "stream " + stream + " with " + length + " bytes from the warden's peer");
    }
    return new Frame(stream, Bytes.wrap(readFully(channel, length).array()));
  }

  private static ByteBuffer readFully(SocketChannel channel, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the other end of a program's streams is closed");
      }
    }
    return buffer.flip();
  }

  private static void writeFully(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
