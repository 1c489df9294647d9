package org.volvox.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Connection;
import org.volvox.calls.ConnectionEffect;
import org.volvox.calls.ConnectionInput;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;

/**
 * A connection on Netty: the wire of a {@link CallShell}. All runs on the channel's event loop but
 * {@link #submit}, which queues and wakes it once for a batch. Frames of a batch leave in few
 * buffers and one flush.
 */
final class FrameHandler extends ByteToMessageDecoder implements CallShell.Wire {
  /**
   * What a handler is made for.
   *
   * @param links faults on the link to the peer, if it is a node
   */
  record Setup(Connection.Config config, LocalEnd self, LinkPolicy links, ChannelOwner owner) {}

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int BUFFER_BYTES_FIRST = 4 * 1024;
  private static final int WRITTEN_BYTES_WORTH = 64 * 1024;
  private static final int HELD_BYTES_MAX = 1 << 20;
  private static final int LAST_WRITE_MILLIS_MAX = 1000;

  /** Between two looks for calls with which nothing is done. */
  private static final int LOOK_MILLIS = 50;

  private final Setup setup;
  private final ChannelOwner owner;
  private final Queue<ConnectionInput> inputs = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isScheduled = new AtomicBoolean();
  private final AtomicBoolean isLooking = new AtomicBoolean();
  private final Runnable onLinksChanged = this::linksChanged;

  private @Nullable ChannelHandlerContext context;
  private @Nullable CallShell shell;
  private @Nullable LinkGate gateIn;
  private @Nullable LinkGate gateOut;
  private @Nullable ByteBuf pending;
  private @Nullable ScheduledFuture<?> timer;
  private long timerNanos;
  private long writtenBytes;
  private boolean isTls;
  private boolean isClosing;
  private boolean isFailureTold;
  private String reason = "the other end closed the connection";

  FrameHandler(Setup setup) {
    this.setup = setup;
    this.owner = setup.owner;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    isTls = ctx.pipeline().get(SslHandler.class) != null;
    if (!isTls && ctx.channel().isActive()) {
      open(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!isTls) {
      open(ctx);
    }
    ctx.fireChannelActive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        open(ctx);
      } else {
        fail(ctx, CallPhase.TLS, Failures.text(handshake.cause()));
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  private void open(ChannelHandlerContext ctx) {
    if (shell != null) {
      return;
    }
    Peer peer;
    try {
      peer = owner.authenticate(ctx.channel());
    } catch (CertificateException | IOException refused) {
      fail(ctx, CallPhase.TLS, Failures.text(refused));
      return;
    }
    CallShell opened = new CallShell(setup.config, setup.self, peer, this, owner);
    shell = opened;
    Optional<NodeId> node = peer.node();
    if (setup.links.isEnabled() && node.isPresent()) {
      NodeId id = node.get();
      gateIn = new LinkGate(() -> setup.links.link(id).in(), opened::receive, frame -> {});
      gateOut = new LinkGate(() -> setup.links.link(id).out(), this::writeNow, this::onLost);
      setup.links.onChange(onLinksChanged);
    }
    owner.onOpen(opened);
    opened.step(new ConnectionInput.Opened(Monotonic.now()));
    endBatch();
  }

  private void fail(ChannelHandlerContext ctx, CallPhase phase, String why) {
    if (!isFailureTold && shell == null) {
      isFailureTold = true;
      owner.onFailed(phase, why);
    }
    var _ = ctx.close();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    CallShell to = shell;
    try {
      while (to != null && !isClosing && in.readableBytes() >= FrameCodec.PREFIX_BYTES) {
        int length = FrameCodec.frameLength(in.getInt(in.readerIndex()));
        if (in.readableBytes() < length) {
          if (gateIn == null) {
            to.step(new ConnectionInput.Heard(Monotonic.now()));
          }
          return;
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        setup.links.show(bytes);
        Frame frame = FrameCodec.decode(Bytes.wrap(bytes));
        if (gateIn == null) {
          to.receive(frame);
        } else {
          gateIn.offer(frame);
        }
      }
    } catch (MalformedException garbage) {
      shut(CallStatus.MALFORMED, String.valueOf(garbage.getMessage()));
    }
    if (to == null || isClosing) {
      in.skipBytes(in.readableBytes());
    }
  }

  private void shut(CallStatus status, String text) {
    if (shell != null) {
      shell.step(new ConnectionInput.Shut(status, text, Monotonic.now()));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    super.channelReadComplete(ctx);
    endBatch();
  }

  @Override
  public void submit(ConnectionInput input) {
    inputs.add(input);
    nudge();
  }

  @Override
  public void submitSoon(ConnectionInput input) {
    inputs.add(input);
  }

  @Override
  public void nudge() {
    if (!inputs.isEmpty() && isScheduled.compareAndSet(false, true) && !Together.takes(this)) {
      schedule();
    }
  }

  @Override
  public void lookSoon() {
    if (!isLooking.get() && isLooking.compareAndSet(false, true)) {
      scheduleLook();
    }
  }

  private void scheduleLook() {
    try {
      var _ = channel().eventLoop().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException over) {
      isLooking.set(false); // Whoever does something with such a call hears that all is over.
    }
  }

  private void look() {
    isLooking.set(false); // Before the look: a call that it misses sets it again.
    CallShell of = shell;
    if (of != null && of.openWaiting()) {
      lookSoon();
    }
  }

  void schedule() {
    try {
      channel().eventLoop().execute(this::drain);
    } catch (RejectedExecutionException over) {
      drainAtEnd();
      isScheduled.set(false);
      if (shell != null) {
        nudge(); // For what came behind the last look.
      }
    }
  }

  /** The event loops are gone, so nobody else steps: what comes now only ends. */
  private synchronized void drainAtEnd() {
    CallShell ended = shell;
    if (ended != null) {
      ended.step(new ConnectionInput.Broken(CallPhase.CONNECT, "stopped", Monotonic.now()));
      stepAll(ended);
    }
  }

  private void drain() {
    isScheduled.set(false);
    if (shell != null) {
      stepAll(shell);
    }
    endBatch();
  }

  private void stepAll(CallShell to) {
    for (ConnectionInput input = inputs.poll(); input != null; input = inputs.poll()) {
      to.step(input);
    }
  }

  @Override
  public void write(Frame frame) {
    if (gateOut == null) {
      writeNow(frame);
    } else {
      gateOut.offer(frame);
    }
  }

  private void writeNow(Frame frame) {
    int size = FrameCodec.HEADER_BYTES + frame.payload().length();
    if (pending != null && pending.readableBytes() + size > BUFFER_BYTES) {
      writePending();
    }
    if (pending == null) {
      int capacity = Math.max(size, BUFFER_BYTES_FIRST);
      pending = // TLS of the JDK works on arrays, a socket on native memory.
          isTls
              ? context().alloc().heapBuffer(capacity, BUFFER_BYTES)
              : context().alloc().directBuffer(capacity, BUFFER_BYTES);
    }
    ByteBuf to = pending;
    FrameCodec.encodeHeader(frame).writeTo(to::writeBytes);
    frame.payload().writeTo(to::writeBytes);
  }

  private void writePending() {
    if (pending == null) {
      return;
    }
    ByteBuf buffer = pending;
    pending = null;
    int bytes = buffer.readableBytes();
    context().write(buffer).addListener(done -> onWritten(bytes));
  }

  private void onWritten(int bytes) {
    writtenBytes += bytes;
    if (writtenBytes >= WRITTEN_BYTES_WORTH) {
      submit(new ConnectionInput.Written(writtenBytes, Monotonic.now()));
      writtenBytes = 0;
    }
  }

  private void onLost(Frame frame) {
    onWritten(FrameCodec.HEADER_BYTES + frame.payload().length());
  }

  /** Sends what a batch of inputs gave, in one flush, and sets the timer for what comes next. */
  private void endBatch() {
    if (pending != null) {
      writePending();
      context().flush();
    }
    if (gateIn != null && gateIn.heldBytes() > HELD_BYTES_MAX) {
      channel().config().setAutoRead(false);
    }
    armTimer();
  }

  private void armTimer() {
    CallShell of = shell;
    if (of == null) {
      return;
    }
    long now = System.nanoTime();
    long delay = isClosing ? Long.MAX_VALUE : nanosUntil(of.nextDeadline(), now);
    if (gateIn != null && gateOut != null) {
      long release = Math.min(gateIn.nextReleaseNanos(now), gateOut.nextReleaseNanos(now));
      delay = Math.min(delay, release);
    }
    if (delay == Long.MAX_VALUE || (timer != null && timerNanos - (now + delay) <= 0)) {
      return; // The one that is set comes first and sets the next.
    }
    if (timer != null) {
      timer.cancel(false);
    }
    timerNanos = now + delay;
    timer = channel().eventLoop().schedule(this::onTimer, delay, TimeUnit.NANOSECONDS);
  }

  private static long nanosUntil(Optional<MonoTime> deadline, long now) {
    return deadline.map(at -> Math.max(0, at.nanos() - now)).orElse(Long.MAX_VALUE);
  }

  private void onTimer() {
    timer = null;
    releaseGates();
    CallShell of = shell;
    if (of != null && nanosUntil(of.nextDeadline(), System.nanoTime()) == 0) {
      of.step(new ConnectionInput.TimerFired(Monotonic.now()));
    }
    endBatch();
  }

  private void linksChanged() {
    channel()
        .eventLoop()
        .execute(() -> {
          releaseGates();
          endBatch();
          if (isClosing && !isCut()) {
            lastWrite();
          }
        });
  }

  private void releaseGates() {
    if (gateIn != null && gateOut != null) {
      if (!isClosing) {
        gateIn.release();
      }
      gateOut.release();
      if (gateIn.heldBytes() <= HELD_BYTES_MAX && !channel().config().isAutoRead()) {
        channel().config().setAutoRead(true);
      }
    }
  }

  private boolean isCut() {
    return gateIn != null && gateOut != null && (gateIn.isCut() || gateOut.isCut());
  }

  @Override
  public void close(ConnectionEffect.Close close) {
    isClosing = true;
    if (!isCut()) { // Through a cut the other end must not see even the end: it waits for healing.
      lastWrite();
    }
  }

  private void lastWrite() {
    ChannelHandlerContext ctx = context();
    writePending();
    ctx.writeAndFlush(ctx.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
    Runnable close =
        () -> {
          var _ = ctx.close();
        };
    try {
      var _ = channel().eventLoop().schedule(close, LAST_WRITE_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException over) {
      return; // The event loops are gone, and their sockets with them.
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    CallShell of = shell;
    if (of == null) {
      if (!isFailureTold) {
        isFailureTold = true;
        owner.onFailed(isTls ? CallPhase.TLS : CallPhase.CONNECT, reason);
        owner.onGone(Optional.empty());
      }
    } else if (!isCut()) { // Through a cut nobody hears of an end: the silence will tell.
      if (!of.isClosed()) {
        owner.onGone(Optional.of(of));
      }
      of.step(new ConnectionInput.Broken(CallPhase.HELLO, reason, Monotonic.now()));
    }
    endBatch();
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    setup.links.removeOnChange(onLinksChanged);
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    reason = Failures.text(cause);
    if (shell == null || Failures.root(cause) instanceof SSLException) {
      fail(ctx, CallPhase.TLS, reason);
      if (shell != null) {
        shell.step(new ConnectionInput.Broken(CallPhase.TLS, reason, Monotonic.now()));
      }
    } else if (cause instanceof IOException) {
      var _ = ctx.close();
    } else {
      shut(CallStatus.FAILED, reason); // A bug of ours, or a peer's bytes that met one.
    }
  }

  /** The channel; for the owner's close. */
  Channel channel() {
    return context().channel();
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return ctx;
  }
}
