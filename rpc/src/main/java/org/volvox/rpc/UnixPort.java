package org.volvox.rpc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A Unix socket. */
final class UnixPort implements SocketPort {
  private final SocketChannel channel;

  private UnixPort(SocketChannel channel) {
    this.channel = channel;
  }

  static UnixPort connect(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
      return new UnixPort(channel);
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }

  @Override
  public int read(byte[] array, int offset, int length) throws IOException {
    return channel.read(ByteBuffer.wrap(array, offset, length));
  }

  @Override
  public void write(byte[] array, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(array, offset, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
