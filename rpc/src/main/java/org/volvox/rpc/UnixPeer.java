package org.volvox.rpc;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.nio.file.Files;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED): this process's own
 * user or root, nobody else.
 */
final class UnixPeer {
  private UnixPeer() {}

  static Identity identity(Channel channel) throws IOException {
    return channel instanceof EpollDomainSocketChannel epoll
        ? byUid(epoll.peerCredentials().uid())
        : byName(channel);
  }

  private static Identity byUid(int uid) throws IOException {
    Object own = Files.getAttribute(UnixUser.SELF, "unix:uid");
    if (uid != 0 && !own.equals(uid)) {
      throw new IOException("uid " + uid + " may not use this node's socket, only " + own);
    }
    return new Identity.User(uid == 0 ? "root" : UnixUser.own());
  }

  private static Identity byName(Channel channel) throws IOException {
    UnixDomainPrincipal peer =
        channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    if (peer == null) {
      throw new IOException("the kernel does not say who is at the other end of the socket");
    }
    return UnixUser.allowed(peer.user().getName());
  }
}
