package org.volvox.verify.bench.rpc.peer;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** How gRPC comes by its connections; threads are its default ones where there are such. */
final class GrpcTransport {
  private GrpcTransport() {}

  static NettyServerBuilder server(Place place) throws IOException, GeneralSecurityException {
    if (place.isUnix()) {
      EventLoopGroup loops = loops();
      return NettyServerBuilder.forAddress(new DomainSocketAddress(place.socket().toFile()))
          .bossEventLoopGroup(loops)
          .workerEventLoopGroup(loops)
          .channelType(EpollServerDomainSocketChannel.class);
    }
    NettyServerBuilder tcp = NettyServerBuilder.forAddress(Place.address(0));
    return place.isTls()
        ? tcp.sslContext(openSsl(SslContextBuilder.forServer(place.keys().own())).build())
        : tcp;
  }

  static NettyChannelBuilder channel(Place place) throws IOException, GeneralSecurityException {
    if (place.isUnix()) {
      return NettyChannelBuilder.forAddress(new DomainSocketAddress(place.socket().toFile()))
          .eventLoopGroup(loops())
          .channelType(EpollDomainSocketChannel.class)
          .usePlaintext();
    }
    NettyChannelBuilder tcp = NettyChannelBuilder.forAddress(place.address());
    if (!place.isTls()) return tcp.usePlaintext();
    SslContextBuilder tls = SslContextBuilder.forClient().trustManager(place.keys().trusted());
    return tcp.sslContext(openSsl(tls).build());
  }

  private static EventLoopGroup loops() {
    return new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory());
  }

  private static SslContextBuilder openSsl(SslContextBuilder tls) {
    return GrpcSslContexts.configure(tls, SslProvider.OPENSSL).protocols("TLSv1.3");
  }
}
