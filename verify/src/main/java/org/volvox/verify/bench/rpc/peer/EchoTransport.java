package org.volvox.verify.bench.rpc.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Channels of plain Netty with epoll and, for TLS, the JDK's own, which is what ours has too. */
final class EchoTransport {
  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final int FLUSHES_MAX = 256;

  private final Place place;
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

  EchoTransport(Place place) {
    this.place = place;
  }

  void serve(Supplier<ChannelHandler> handler)
      throws IOException, GeneralSecurityException, InterruptedException {
    ServerBootstrap server = new ServerBootstrap().group(loops);
    SocketAddress at;
    if (place.isUnix()) {
      server.channel(EpollServerDomainSocketChannel.class);
      at = new DomainSocketAddress(place.socket().toFile());
    } else {
      server.channel(EpollServerSocketChannel.class).childOption(ChannelOption.TCP_NODELAY, true);
      at = Place.address(0);
    }
    SslContext tls =
        place.isTls() ? jdk(SslContextBuilder.forServer(place.keys().own())).build() : null;
    Channel bound = server.childHandler(new Pipeline(tls, handler)).bind(at).sync().channel();
    if (bound.localAddress() instanceof InetSocketAddress tcp) place.listening(tcp.getPort());
  }

  Channel connect(ChannelHandler handler)
      throws IOException, GeneralSecurityException, InterruptedException {
    Bootstrap client = new Bootstrap().group(loops);
    SocketAddress at;
    if (place.isUnix()) {
      client.channel(EpollDomainSocketChannel.class);
      at = new DomainSocketAddress(place.socket().toFile());
    } else {
      client.channel(EpollSocketChannel.class).option(ChannelOption.TCP_NODELAY, true);
      at = place.address();
    }
    SslContext tls =
        place.isTls()
            ? jdk(SslContextBuilder.forClient().trustManager(place.keys().trusted())).build()
            : null;
    return client.handler(new Pipeline(tls, () -> handler)).connect(at).sync().channel();
  }

  private static SslContextBuilder jdk(SslContextBuilder tls) {
    return tls.sslProvider(SslProvider.JDK).protocols("TLSv1.3");
  }

  /** Frames are a length and that many bytes; handlers see both. */
  private static final class Pipeline extends ChannelInitializer<Channel> {
    private final @Nullable SslContext tls;
    private final Supplier<ChannelHandler> handler;

    Pipeline(@Nullable SslContext tls, Supplier<ChannelHandler> handler) {
      this.tls = tls;
      this.handler = handler;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (tls != null) channel.pipeline().addLast(tls.newHandler(channel.alloc(), Place.HOST, -1));
      channel
          .pipeline()
          .addLast(
              new FlushConsolidationHandler(FLUSHES_MAX, true),
              new LengthFieldBasedFrameDecoder(FRAME_BYTES_MAX, 0, Integer.BYTES),
              handler.get());
    }
  }
}
