package org.volvox.rpc;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a node's connections: event loops (epoll where the system has it, else NIO) and
 * virtual threads for handlers that may block. One for all servers and links of a process; closed
 * last.
 */
public final class NettyTransport implements AutoCloseable {
  private static final int CLOSE_MILLIS_MAX = 2000;

  private final boolean isEpoll;
  private final IoEventLoopGroup loops;
  private final ExecutorService handlers;

  private NettyTransport(boolean isEpoll, int threads) {
    this.isEpoll = isEpoll;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory("rpc-loop", true),
            isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.handlers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("call-", 0).factory());
  }

  /**
   * Starts them.
   *
   * @param threads event loops; 1 or 2
   */
  public static NettyTransport start(int threads) {
    return new NettyTransport(Epoll.isAvailable(), threads);
  }

  /** As {@link #start}, on NIO even where there is epoll. */
  public static NettyTransport startNio(int threads) {
    return new NettyTransport(false, threads);
  }

  IoEventLoopGroup loops() {
    return loops;
  }

  EventLoop nextLoop() {
    return loops.next();
  }

  ExecutorService handlers() {
    return handlers;
  }

  Class<? extends ServerChannel> tcpServer() {
    return isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  Class<? extends Channel> tcpClient() {
    return isEpoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  Class<? extends ServerChannel> unixServer() {
    return isEpoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
  }

  boolean isEpoll() {
    return isEpoll;
  }

  @Override
  public void close() {
    handlers.shutdownNow();
    loops
        .shutdownGracefully(0, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_MILLIS_MAX);
  }
}
