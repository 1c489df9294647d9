package org.volvox.client.service;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.volvox.calls.service.InvocationInput;

/** What has happened to a call; from any thread, for the thread that made this. */
final class Inbox implements BooleanSupplier {
  private final ConcurrentLinkedQueue<InvocationInput> inputs = new ConcurrentLinkedQueue<>();
  private final Thread owner = Thread.currentThread();
  private final Alarms alarms;

  Inbox(Alarms alarms) {
    this.alarms = alarms;
  }

  void add(InvocationInput input) {
    inputs.add(input);
    if (Thread.currentThread() != owner) {
      LockSupport.unpark(owner);
    }
  }

  @Nullable InvocationInput poll() {
    return inputs.poll();
  }

  /** Whether something is there. */
  @Override
  public boolean getAsBoolean() {
    return !inputs.isEmpty();
  }

  /** The owner waits for something, about so long at most. */
  void await(long nanosMax) throws InterruptedException {
    if (inputs.isEmpty()) {
      alarms.park(this, nanosMax);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
