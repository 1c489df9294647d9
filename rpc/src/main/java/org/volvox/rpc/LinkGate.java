package org.volvox.rpc;

import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;
import org.volvox.calls.FrameKind;

/**
 * One direction of one connection under a {@link LinkRule}: frames pass, wait or vanish. The order
 * is kept. What waits for a cut to heal is what a transport would send again then; a lost frame of
 * a call is late by a retransmission, a lost consensus message is gone whole. The connection's
 * event loop alone calls it.
 */
final class LinkGate {
  private static final long RETRANSMIT_NANOS = 200_000_000;

  private record Held(Frame frame, long releaseNanos) {}

  private final Supplier<LinkRule> rule;
  private final Consumer<Frame> through;
  private final Consumer<Frame> lost;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private long heldBytes;
  private long lastReleaseNanos = System.nanoTime();
  private long message = -1;
  private boolean isMessageLost;

  LinkGate(Supplier<LinkRule> rule, Consumer<Frame> through, Consumer<Frame> lost) {
    this.rule = rule;
    this.through = through;
    this.lost = lost;
  }

  boolean isCut() {
    return rule.get().cut();
  }

  long heldBytes() {
    return heldBytes;
  }

  /**
   * Nanoseconds until the next frame may pass; Long.MAX_VALUE while none waits or the link is cut.
   */
  long nextReleaseNanos(long nowNanos) {
    Held head = held.peek();
    return head == null || isCut() ? Long.MAX_VALUE : Math.max(0, head.releaseNanos - nowNanos);
  }

  void offer(Frame frame) {
    LinkRule now = rule.get();
    boolean isHit = now.dropPercent() > 0 && isHit(now);
    if (frame.kind() == FrameKind.MESSAGE) {
      if (frame.call() != message) {
        message = frame.call();
        isMessageLost = isHit;
      }
      if (isMessageLost) {
        lost.accept(frame);
        return;
      }
      isHit = false;
    }
    boolean isFree = held.isEmpty() && !now.cut() && now.delay().isZero() && !isHit;
    if (isFree) {
      through.accept(frame);
      return;
    }
    long late = now.delay().toNanos() + (isHit ? RETRANSMIT_NANOS : 0);
    long release = System.nanoTime() + late;
    if (release - lastReleaseNanos < 0) {
      release = lastReleaseNanos;
    }
    lastReleaseNanos = release;
    held.add(new Held(frame, release));
    heldBytes += size(frame);
  }

  /** Lets pass what may pass by now. */
  void release() {
    long nowNanos = System.nanoTime();
    while (nextReleaseNanos(nowNanos) == 0) {
      Frame frame = held.removeFirst().frame;
      heldBytes -= size(frame);
      through.accept(frame);
    }
  }

  private static boolean isHit(LinkRule rule) {
    return ThreadLocalRandom.current().nextInt(100) < rule.dropPercent();
  }

  private static int size(Frame frame) {
    return FrameCodec.HEADER_BYTES + frame.payload().length();
  }
}
