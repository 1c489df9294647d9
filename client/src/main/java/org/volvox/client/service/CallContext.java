package org.volvox.client.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.volvox.base.Api;
import org.volvox.base.MonoTime;

/**
 * What a call carries along besides its arguments. Whoever serves a call finds it in {@link
 * #current}; calls made meanwhile, by the same thread or those it starts with it, inherit it.
 *
 * @param principal who makes the call, as the connection's certificate or the kernel says
 * @param caller for whom the principal says it calls, if it does so inside another call; else empty
 * @param traceId names all calls that one call led to; 0 for none
 * @param spanId names this call among them
 */
@Api
public record CallContext(
    String principal, String caller, Optional<MonoTime> deadline, long traceId, long spanId) {
  static final CallContext NONE = new CallContext("", "", Optional.empty(), 0, 0);
  private static final ScopedValue<CallContext> CURRENT = ScopedValue.newInstance();
  private static final AtomicLong SPANS = new AtomicLong(System.nanoTime() | 1);

  /** The call that this thread serves; empty outside. */
  public static Optional<CallContext> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** The time that is left; empty without a deadline. Never negative. */
  public Optional<Duration> remaining() {
    return deadline.map(
        at -> Duration.ofNanos(Math.max(0, at.nanosSince(new MonoTime(System.nanoTime())))));
  }

  /** Does work whose calls must all be done within this time, or less if less is left. */
  public static <T> T within(Duration span, Callable<T> work) throws Exception {
    CallContext outer = current().orElse(NONE);
    MonoTime until = new MonoTime(System.nanoTime()).plus(span);
    MonoTime at = outer.deadline.filter(each -> each.isBefore(until)).orElse(until);
    return new CallContext(
            outer.principal, outer.caller, Optional.of(at), outer.traceId, outer.spanId)
        .call(work);
  }

  /** Runs with this as the current one. */
  <T> T call(Callable<T> work) throws Exception {
    return ScopedValue.where(CURRENT, this).call(work::call);
  }

  /** The same for work that throws nothing to be caught. */
  <T> T around(Supplier<T> work) {
    return ScopedValue.where(CURRENT, this).call(work::get);
  }

  /** The same call as one that somebody else makes. */
  CallContext by(String otherPrincipal) {
    return new CallContext(otherPrincipal, caller, deadline, traceId, spanId);
  }

  static CallContext orNone() {
    return CURRENT.isBound() ? CURRENT.get() : NONE;
  }

  /** An id that this process has not given yet. */
  static long newId() {
    return SPANS.addAndGet(0x9E3779B97F4A7C15L);
  }
}
