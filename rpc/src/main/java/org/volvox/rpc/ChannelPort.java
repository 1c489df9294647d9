package org.volvox.rpc;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A socket whose channel never blocks, and threads wait beside it: one that is interrupted in a
 * channel that blocks would close it for all who share it.
 */
final class ChannelPort implements SocketPort {
  private final SocketChannel channel;
  private final Selector readable;
  private final Selector writable;

  private ChannelPort(SocketChannel channel, Selector readable, Selector writable) {
    this.channel = channel;
    this.readable = readable;
    this.writable = writable;
  }

  /** Takes over a channel that is connected; one that it cannot use is closed. */
  static ChannelPort of(SocketChannel channel) throws IOException {
    List<Closeable> open = new ArrayList<>(List.of(channel));
    try {
      channel.configureBlocking(false);
      Selector readable = Selector.open();
      open.add(readable);
      Selector writable = Selector.open();
      open.add(writable);
      channel.register(readable, SelectionKey.OP_READ);
      channel.register(writable, SelectionKey.OP_WRITE);
      return new ChannelPort(channel, readable, writable);
    } catch (IOException failed) {
      for (Closeable each : open) {
        each.close();
      }
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

  /** The channel lets go of its descriptor when the selectors have let go of the channel. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      readable.close();
      writable.close();
    }
  }
}
