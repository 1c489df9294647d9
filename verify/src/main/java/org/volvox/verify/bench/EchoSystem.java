package org.volvox.verify.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.volvox.verify.bench.peer.EchoServer;
import org.volvox.verify.process.LocalCluster;

/**
 * The limit of this machine: one process that sends back the payload over loopback, by plain Netty,
 * under the same load. It makes nothing durable and asks no quorum.
 */
final class EchoSystem implements RaceSystem {
  static final String NAME = "echo";
  private static final String HOST = "127.95.0.1";
  private static final int PORT = 7000;
  private static final int CONNECTIONS = 3;
  private static final Duration START = Duration.ofSeconds(30);
  private static final byte[] PROBE = {1};

  private final Servers server = new Servers();
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Map<Integer, List<Line>> lines = new TreeMap<>();

  EchoSystem(Path folder) throws IOException {
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    Path log = folder.resolve("echo.log");
    server.startJava(log, List.of(), EchoServer.class, HOST, Integer.toString(PORT));
    RaceSystems.ready(
        this,
        START,
        () -> {
          connect(0, PROBE).write();
          return true;
        });
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String conditions() {
    return "echo, the limit: one process sends the payload back by plain Netty over loopback TCP, for reads as"
        + " for writes; three connections; nothing is durable, no quorum, no TLS, no codec";
  }

  @Override
  public boolean isLimit() {
    return true;
  }

  @Override
  public List<Long> servers() {
    return server.pids();
  }

  @Override
  public Client connect(int number, byte[] value) throws IOException, InterruptedException {
    List<Line> same = lines.computeIfAbsent(value.length, length -> new ArrayList<>());
    if (same.size() < CONNECTIONS) same.add(line(value.length));
    Line line = same.get(number % CONNECTIONS % same.size());
    return new Client() {
      @Override
      public void write() throws IOException, InterruptedException {
        var _ = Answers.await(NAME, line.send(value));
      }

      @Override
      public void read() throws IOException, InterruptedException {
        write();
      }
    };
  }

  private Line line(int length) throws IOException, InterruptedException {
    Line line = new Line(length);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(new FlushConsolidationHandler(256, true), line);
                  }
                });
    line.channel =
        Answers.await(NAME, future(bootstrap.connect(new InetSocketAddress(HOST, PORT))));
    return line;
  }

  private static CompletableFuture<Channel> future(ChannelFuture connecting) {
    CompletableFuture<Channel> connected = new CompletableFuture<>();
    var _ =
        connecting.addListener(done -> {
          if (done.isSuccess()) connected.complete(connecting.channel());
          else connected.completeExceptionally(done.cause());
        });
    return connected;
  }

  @Override
  public void close() {
    var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    server.close();
  }

  /** One connection: answers come in the order of requests, each as long as the payload. */
  private static final class Line extends SimpleChannelInboundHandler<ByteBuf> {
    private final int length;
    private final Queue<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
    private @Nullable Channel channel;
    private int taken;

    Line(int length) {
      this.length = length;
    }

    CompletableFuture<Boolean> send(byte[] payload) {
      CompletableFuture<Boolean> answer = new CompletableFuture<>();
      Channel open = Objects.requireNonNull(channel);
      // In the loop, so that the queue has the order of the wire.
      open.eventLoop()
          .execute(() -> {
            waiting.add(answer);
            var _ = open.writeAndFlush(Unpooled.wrappedBuffer(payload));
          });
      return answer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf part) {
      taken += part.readableBytes();
      for (; taken >= length; taken -= length) waiting.remove().complete(true);
    }
  }
}
