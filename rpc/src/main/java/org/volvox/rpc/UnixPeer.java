package org.volvox.rpc;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED): this process's own
 * user or root, nobody else.
 */
final class UnixPeer {
  private static final Path SELF = Path.of("/proc/self");

  private UnixPeer() {}

  static Identity identity(Channel channel) throws IOException {
    return channel instanceof EpollDomainSocketChannel epoll
        ? byUid(epoll.peerCredentials().uid())
        : byName(channel);
  }

  private static Identity byUid(int uid) throws IOException {
    Object own = Files.getAttribute(SELF, "unix:uid");
    if (uid != 0 && !own.equals(uid)) {
      throw new IOException("uid " + uid + " may not use this node's socket, only " + own);
    }
    return new Identity.User(uid == 0 ? "root" : ownName());
  }

  private static Identity byName(Channel channel) throws IOException {
    UnixDomainPrincipal peer =
        channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    if (peer == null) {
      throw new IOException("the kernel does not say who is at the other end of the socket");
    }
    String name = peer.user().getName();
    if (!name.equals("root") && !name.equals(ownName())) {
      throw new IOException(name + " may not use this node's socket, only " + ownName());
    }
    return new Identity.User(name);
  }

  private static String ownName() throws IOException {
    return Files.getOwner(SELF).getName();
  }
}
