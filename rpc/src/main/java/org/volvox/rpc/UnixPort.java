package org.volvox.rpc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/** A Unix socket. */
final class UnixPort {
  private UnixPort() {}

  static ChannelPort connect(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
    return ChannelPort.of(channel);
  }

  /**
   * Who is at the other end, as the kernel says (SO_PEERCRED): this process's own user or root,
   * nobody else.
   */
  static Identity user(ChannelPort port) throws IOException {
    UnixDomainPrincipal peer = port.channel().getOption(ExtendedSocketOptions.SO_PEERCRED);
    return UnixUser.allowed(peer.user().getName());
  }
}
