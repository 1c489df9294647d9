package org.volvox.node.register;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.consensus.paxos.Acceptors;
import org.volvox.consensus.paxos.Change;
import org.volvox.consensus.paxos.Paxos;
import org.volvox.consensus.paxos.PaxosCodec;
import org.volvox.consensus.paxos.PaxosConfig;
import org.volvox.consensus.paxos.PaxosEffect;
import org.volvox.consensus.paxos.PaxosInput;
import org.volvox.consensus.paxos.PaxosRules;
import org.volvox.consensus.paxos.Query;
import org.volvox.consensus.paxos.Register;
import org.volvox.node.group.GroupClock;
import org.volvox.storage.RocksStore;

/**
 * Runs a node's Paxos: the thread that owns the core, and one that makes what the acceptor promises
 * durable, many promises by one sync. Any thread may ask and hand in messages.
 */
public final class RegisterHost {
  private static final Logger LOG = LoggerFactory.getLogger(RegisterHost.class);
  private static final int ROOM_BYTES = 4 << 20;

  /** What is asked and not answered, and what peers sent and is not looked at. */
  public static final ByteCount MEMORY_MAX = new ByteCount(2L * ROOM_BYTES);

  /** What an object takes beside its payload, generously. */
  private static final int OVERHEAD_BYTES = 512;

  private static final long WAIT_NANOS_MAX = 1_000_000_000L;

  private final NodeId self;
  private final RegisterStore store;
  private final GroupClock clock = new GroupClock();
  private final Paxos core;
  private final Wiring wiring;
  private final LinkedBlockingQueue<Letter> letters = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<PaxosEffect.Persist> writes = new LinkedBlockingQueue<>();
  private final Semaphore askRoom = new Semaphore(ROOM_BYTES);
  private final Semaphore messageRoom = new Semaphore(ROOM_BYTES);

  /** Who waits for which answer; of the owner's thread. */
  private final Map<Long, Waiting> asked = new HashMap<>();

  private final List<Thread> threads = new ArrayList<>();
  private volatile Acceptors acceptors;
  private volatile long rescanned;
  private volatile boolean stopping;
  private long lastAsk;

  /**
   * What it leads to.
   *
   * @param send one way to another node; it may be lost
   * @param onFailure hears why this node cannot go on
   */
  public record Wiring(BiConsumer<NodeId, Bytes> send, Consumer<String> onFailure) {}

  /** For the core's thread. */
  private sealed interface Letter {}

  /** With the room that it takes until then. */
  private record Arrived(PaxosInput input, int bytes) implements Letter {}

  private record Waiting(
      Query query, MonoTime until, int bytes, CompletableFuture<PaxosEffect.Answer> answer)
      implements Letter {}

  /**
   * Opens what this node remembers of registers.
   *
   * @param incarnation how often this node has started
   * @param folder of the acceptor's store, made if there is none
   */
  public static RegisterHost open(NodeId self, int incarnation, Path folder, Wiring wiring) {
    RegisterStore store = new RegisterStore(RocksStore.openSynced(folder, RocksStore.INDEX_BYTES));
    return new RegisterHost(self, incarnation, store, wiring);
  }

  private RegisterHost(NodeId self, int incarnation, RegisterStore store, Wiring wiring) {
    this.self = self;
    this.store = store;
    this.wiring = wiring;
    Prng prng = new Prng((int) System.nanoTime() ^ self.value());
    this.core = new Paxos(PaxosConfig.of(self, incarnation), PaxosRules.PAPER, prng, store);
    this.acceptors = core.acceptors();
  }

  public void start() {
    threads.add(spawn("registers", this::loop));
    threads.add(spawn("register-disk", this::write));
  }

  private interface Body {
    void run() throws InterruptedException;
  }

  private Thread spawn(String name, Body body) {
    return Thread.ofPlatform()
        .daemon()
        .name(self + "-" + name)
        .start(() -> {
          try {
            body.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException | Error e) {
            if (!stopping) {
              LOG.error("the {} thread failed", name, e);
              wiring.onFailure().accept(name + ": " + e.getMessage());
            }
          }
        });
  }

  /** The newest acceptors that this node knows. */
  public Acceptors acceptors() {
    return acceptors;
  }

  /** The newest epoch whose rescan this node has finished. */
  public long rescanned() {
    return rescanned;
  }

  /** The cluster has decided who the acceptors are; older news is ignored. */
  public void decided(Acceptors now) {
    letters.add(new Arrived(new PaxosInput.Decided(now, clock.now()), 0));
  }

  /** Begins a rescan if the acceptors are joint and none is under way. */
  public void rescan() {
    letters.add(new Arrived(new PaxosInput.Rescan(clock.now()), 0));
  }

  /** Asks something of a register; the future never fails. */
  public CompletableFuture<PaxosEffect.Answer> ask(Query query, Duration timeout) {
    CompletableFuture<PaxosEffect.Answer> answer = new CompletableFuture<>();
    int bytes = OVERHEAD_BYTES + query.key().length() + bytes(query.change());
    if (stopping || !askRoom.tryAcquire(bytes)) {
      answer.complete(new PaxosEffect.Answer(0, PaxosEffect.Verdict.REFUSED, Register.NEW));
    } else {
      letters.add(new Waiting(query, clock.now().plus(timeout), bytes, answer));
    }
    return answer;
  }

  private static int bytes(Change change) {
    return switch (change) {
      case Change.Set(var value) -> value.map(Bytes::length).orElse(0);
      case Change.Compare(var expected, var next) ->
          expected.map(Bytes::length).orElse(0) + next.map(Bytes::length).orElse(0);
      case Change.Decide(var value) -> value.length();
      case Change.Get(), Change.Touch(), Change.Erase() -> 0;
    };
  }

  /** A peer's message; dropped when too many wait, since Paxos asks again. */
  public void received(NodeId from, Bytes message) throws MalformedException {
    PaxosCodec.Envelope envelope = PaxosCodec.decode(message);
    int bytes = OVERHEAD_BYTES + message.length();
    if (messageRoom.tryAcquire(bytes)) {
      letters.add(
          new Arrived(
              new PaxosInput.Received(from, envelope.acceptors(), envelope.message(), clock.now()),
              bytes));
    }
  }

  private void loop() throws InterruptedException {
    while (!stopping) {
      MonoTime now = clock.now();
      long waitNanos = core.nextDeadline().map(due -> due.nanosSince(now)).orElse(WAIT_NANOS_MAX);
      @Nullable Letter letter = letters.poll(Math.max(0, waitNanos), TimeUnit.NANOSECONDS);
      switch (letter) {
        case Arrived(var input, var bytes) -> {
          messageRoom.release(bytes);
          core.step(input, this::run);
        }
        case Waiting waiting -> {
          asked.put(++lastAsk, waiting);
          core.step(
              new PaxosInput.Ask(lastAsk, waiting.query, waiting.until, clock.now()), this::run);
        }
        case null -> {
          // A timer is due, or nothing at all.
        }
      }
      MonoTime after = clock.now();
      if (core.nextDeadline().map(due -> !after.isBefore(due)).orElse(false)) {
        core.step(new PaxosInput.TimerFired(after), this::run);
      }
      acceptors = core.acceptors();
    }
  }

  private void run(PaxosEffect effect) {
    switch (effect) {
      case PaxosEffect.Persist write -> writes.add(write);
      case PaxosEffect.Send send -> send(send);
      case PaxosEffect.Rescanned(var epoch) -> rescanned = Math.max(rescanned, epoch);
      case PaxosEffect.Answer answer -> {
        @Nullable Waiting waiting = asked.remove(answer.id());
        if (waiting != null) {
          askRoom.release(waiting.bytes);
          waiting.answer.complete(answer);
        }
      }
    }
  }

  private void send(PaxosEffect.Send send) {
    if (send.to().equals(self)) {
      letters.add(
          new Arrived(
              new PaxosInput.Received(self, send.acceptors(), send.message(), clock.now()), 0));
    } else {
      wiring.send().accept(send.to(), PaxosCodec.encode(send.acceptors(), send.message()));
    }
  }

  private void write() throws InterruptedException {
    List<PaxosEffect.Persist> batch = new ArrayList<>();
    while (!stopping) {
      batch.clear();
      batch.add(writes.take());
      writes.drainTo(batch);
      store.store(batch.stream().map(PaxosEffect.Persist::update).toList());
      for (PaxosEffect.Persist write : batch) {
        write.thenSend().forEach(this::send);
      }
      letters.add(new Arrived(new PaxosInput.Persisted(batch.getLast().write(), clock.now()), 0));
    }
  }

  /** Keys of this node that nobody needs to know, page by page. */
  RegisterStore.Page page(Optional<Bytes> after, int limit) {
    return store.page(after, limit);
  }

  /** Ends the threads and the store; what was asked is not answered. */
  public void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join();
    }
    store.close();
  }
}
