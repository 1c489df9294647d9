package org.volvox.rpc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Connects to a Unix socket as whoever runs it and prints what it is given first. */
final class UnixProbe {
  private UnixProbe() {}

  public static void main(String[] args) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(args[0]));
      System.out.print("connected, ");
      int read = channel.read(ByteBuffer.allocate(1));
      System.out.print(read < 0 ? "turned away" : "greeted");
    }
  }
}
