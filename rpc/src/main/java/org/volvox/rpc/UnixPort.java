package org.volvox.rpc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * A Unix socket. Its channel never blocks, and threads wait beside it: one that is interrupted
 * while it writes into a channel that blocks would close it for all who share it.
 */
final class UnixPort implements SocketPort {
  private final SocketChannel channel;
  private final Selector readable;
  private final Selector writable;

  private UnixPort(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    readable = Selector.open();
    writable = Selector.open();
    channel.register(readable, SelectionKey.OP_READ);
    channel.register(writable, SelectionKey.OP_WRITE);
  }

  static UnixPort connect(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
    return open(channel);
  }

  /** A connection that came in. */
  static UnixPort accepted(SocketChannel channel) throws IOException {
    return open(channel);
  }

  private static UnixPort open(SocketChannel channel) throws IOException {
    try {
      return new UnixPort(channel);
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }

  /**
   * Who is at the other end, as the kernel says (SO_PEERCRED): this process's own user or root,
   * nobody else.
   */
  Identity user() throws IOException {
    UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
    return UnixUser.allowed(peer.user().getName());
  }

  @Override
  public int read(byte[] array, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(array, offset, length);
    int count = 0;
    while (count == 0) {
      await(readable);
      count = channel.read(buffer);
    }
    return count;
  }

  @Override
  public void write(byte[] array, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(array, offset, length);
    channel.write(buffer);
    if (buffer.hasRemaining()) {
      writeRest(buffer);
    }
  }

  /** An interrupt is kept for later: what was begun must be sent whole. */
  private void writeRest(ByteBuffer buffer) throws IOException {
    boolean isInterrupted = false;
    try {
      while (buffer.hasRemaining()) {
        isInterrupted |= Thread.interrupted();
        await(writable);
        channel.write(buffer);
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void await(Selector selector) throws IOException {
    try {
      int ignored = selector.select(_ -> {});
    } catch (ClosedSelectorException closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    readable.close();
    writable.close();
  }
}
