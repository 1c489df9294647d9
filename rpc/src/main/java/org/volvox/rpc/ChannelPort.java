package org.volvox.rpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * A socket whose channel never blocks, and threads wait beside it: one that is interrupted in a
 * channel that blocks would close it for all who share it.
 */
final class ChannelPort implements SocketPort {
  private final SocketChannel channel;
  private final Selector readable;
  private final Selector writable;

  private ChannelPort(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    readable = Selector.open();
    writable = Selector.open();
    channel.register(readable, SelectionKey.OP_READ);
    channel.register(writable, SelectionKey.OP_WRITE);
  }

  /** Takes over a channel that is connected; one that it cannot use is closed. */
  static ChannelPort of(SocketChannel channel) throws IOException {
    try {
      return new ChannelPort(channel);
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }

  SocketChannel channel() {
    return channel;
  }

  @Override
  public int tryRead(byte[] array, int offset, int length) throws IOException {
    return channel.read(ByteBuffer.wrap(array, offset, length));
  }

  @Override
  public void awaitReadable(long nanosMax) throws IOException {
    await(readable, nanosMax);
  }

  @Override
  public int tryWrite(byte[] array, int offset, int length) throws IOException {
    return channel.write(ByteBuffer.wrap(array, offset, length));
  }

  @Override
  public void awaitWritable(long nanosMax) throws IOException {
    await(writable, nanosMax);
  }

  private static void await(Selector selector, long nanosMax) throws IOException {
    try {
      int ignored = selector.select(_ -> {}, millis(nanosMax));
    } catch (ClosedSelectorException closed) {
      throw new ClosedChannelException();
    }
  }

  /** As a selector takes it: 0 is without end. */
  private static long millis(long nanos) {
    return nanos == FOREVER ? 0 : 1 + TimeUnit.NANOSECONDS.toMillis(Math.max(0, nanos));
  }

  @Override
  public void close() throws IOException {
    channel.close();
    readable.close();
    writable.close();
  }
}
