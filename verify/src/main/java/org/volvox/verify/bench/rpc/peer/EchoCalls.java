package org.volvox.verify.bench.rpc.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.volvox.verify.bench.Answers;
import org.volvox.verify.bench.Load;

/** The limit: frames that come back, no names, no codec, no deadlines, nothing done once only. */
final class EchoCalls implements Family {
  private @Nullable EchoTransport transport;

  @Override
  public void serve(Place place) throws Exception {
    new EchoTransport(place).serve(Serving::new);
  }

  @Override
  public Line connect(Place place) throws Exception {
    EchoTransport shared = transport;
    if (shared == null) {
      shared = new EchoTransport(place);
      transport = shared;
    }
    Asking asking = new Asking();
    return new EchoLine(shared.connect(asking), asking);
  }

  private static final class Serving extends ChannelInboundHandlerAdapter {
    private final EchoPump pump = new EchoPump();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf frame = (ByteBuf) message;
      byte kind = EchoFrames.kind(frame);
      if (kind == EchoFrames.ECHO) {
        var _ = context.write(frame);
        return;
      }
      if (kind == EchoFrames.DOWN) pump.start(EchoFrames.number(frame), context.channel());
      if (kind == EchoFrames.LAST) {
        var _ = context.write(EchoFrames.of(context.alloc(), EchoFrames.LAST, new byte[0]));
      }
      ReferenceCountUtil.release(frame);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      pump.goOn(context.channel());
    }
  }

  /** Answers come in the order of what was asked. */
  private static final class Asking extends ChannelInboundHandlerAdapter {
    private final Queue<CompletableFuture<Integer>> waiting = new ArrayDeque<>();
    private final EchoPump pump = new EchoPump();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf frame = (ByteBuf) message;
      int bytes = EchoFrames.bytes(frame);
      boolean isMore = EchoFrames.kind(frame) == EchoFrames.ITEM;
      frame.release();
      if (!isMore) waiting.remove().complete(bytes);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      pump.goOn(context.channel());
    }
  }

  private record EchoLine(Channel channel, Asking asking) implements Line {
    @Override
    public Load.Operation operation(Work work, byte[] payload) {
      Load.Begun begun = begun(work, payload);
      return () -> {
        var _ = Answers.await("echo", begun.begin().toCompletableFuture());
      };
    }

    @Override
    public Load.Begun begun(Work work, byte[] payload) {
      return switch (work) {
        case ECHO -> () -> ask(() -> send(EchoFrames.ECHO, payload));
        case DOWN -> () -> ask(() -> send(EchoFrames.DOWN, GrpcMethods.number(Work.ITEMS)));
        case UP -> () -> ask(() -> asking.pump.start(Work.ITEMS, channel));
        case BRIEF, ADD -> throw new UnsupportedOperationException("an echo has no " + work);
      };
    }

    /** In the loop, so that the queue has the order of the wire. */
    private CompletableFuture<Integer> ask(Runnable send) {
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      Runnable both =
          () -> {
            asking.waiting.add(answer);
            send.run();
          };
      if (channel.eventLoop().inEventLoop()) both.run();
      else channel.eventLoop().execute(both);
      return answer;
    }

    private void send(byte kind, byte[] bytes) {
      var _ = channel.writeAndFlush(EchoFrames.of(channel.alloc(), kind, bytes));
    }
  }
}
