package org.volvox.worlds.rpc;

import java.util.List;
import org.volvox.base.MonoTime;
import org.volvox.base.Prng;
import org.volvox.sim.Digest;
import org.volvox.sim.EventQueue;
import org.volvox.sim.Trace;
import org.volvox.sim.net.VirtualNetwork;
import org.volvox.worlds.seed.Tally;

/** What all that plays in a run shares: time, the network, chance, and who counts. */
final class Stage {
  final EventQueue<Event> queue = new EventQueue<>();
  final Tally<RpcCount> tally = new Tally<>(List.of(RpcCount.values()));
  final Digest digest = new Digest();
  final Prng prng;
  final VirtualNetwork network;
  private final Trace trace;

  /** How long the longest keep-alive takes to notice that a connection is dead. */
  final int noticeMicros;

  boolean isHealed;

  /** Happens unless its machine has another life by then; waits while the machine is paused. */
  record Event(Machine machine, int life, String what, Object detail, Runnable action) {
    @Override
    public String toString() {
      return what + " " + detail;
    }
  }

  Stage(Prng prng, VirtualNetwork network, Trace trace) {
    this.prng = prng;
    this.network = network;
    this.trace = trace;
    noticeMicros = prng.between(100_000, 2_000_000);
  }

  int micros() {
    return queue.nowMicros();
  }

  MonoTime now() {
    return new MonoTime(queue.nowMicros() * 1000L);
  }

  void count(RpcCount what) {
    tally.count(what);
  }

  void tell(Object who, Object what) {
    if (trace.isOn()) {
      int step = (int) tally.get(RpcCount.EVENTS);
      trace.add(step, queue.nowMicros(), who.toString(), what.toString());
    }
  }

  /** In the machine's life of now. */
  void after(int micros, Machine machine, String what, Runnable action) {
    int at = queue.nowMicros() + micros;
    queue.schedule(at, new Event(machine, machine.life(), what, "", action));
  }

  /** As {@link #after}, at a time up to {@code atMost}. */
  void within(int atMost, Machine machine, String what, Runnable action) {
    after(prng.between(1, Math.max(1, atMost)), machine, what, action);
  }

  /** Takes the next event. */
  void next() {
    Event event = queue.next();
    tally.count(RpcCount.EVENTS);
    digest.mix(queue.nowMicros());
    event.machine.take(event);
  }
}
