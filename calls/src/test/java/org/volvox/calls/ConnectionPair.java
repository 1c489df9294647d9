package org.volvox.calls;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/** Two connections back to back over byte pipes, for tests; the test decides what moves when. */
final class ConnectionPair {
  static final ConnectionLimits LIMITS =
      new ConnectionLimits(
          8,
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(2),
          new ConnectionLimits.Busy(Duration.ofSeconds(1), Duration.ofSeconds(3)));

  /** A frame that left. */
  record Sent(FrameKind kind, int flags) {}

  /** One end and what came out of it. */
  static final class End {
    final Connection core;
    final ClusterId cluster;
    final long incarnation;
    final NodeId node;
    final List<ConnectionEffect> effects = new ArrayList<>();
    final Map<Long, List<Bytes>> messages = new LinkedHashMap<>();
    final List<Bytes> oneWay = new ArrayList<>();
    final Map<Long, ConnectionEffect.Ended> ended = new LinkedHashMap<>();
    final Set<Long> halfClosed = new LinkedHashSet<>();
    final ArrayDeque<Bytes> pipe = new ArrayDeque<>();
    long unacknowledged;
    long consumable;
    boolean consumesAtOnce = true;
    final ArrayDeque<ConnectionInput> later = new ArrayDeque<>();
    private Bytes received = Bytes.EMPTY;
    private long seq;

    End(Connection.Config config, int node) {
      this.cluster = config.cluster();
      this.node = new NodeId(node);
      this.incarnation = node;
      this.core = new Connection(config);
    }

    void step(ConnectionInput input) {
      List<ConnectionEffect> out = new ArrayList<>();
      core.step(input, out::add);
      for (ConnectionEffect effect : out) {
        onEffect(effect);
      }
      while (!later.isEmpty()) {
        step(later.poll());
      }
    }

    private void onEffect(ConnectionEffect effect) {
      effects.add(effect);
      switch (effect) {
        case ConnectionEffect.Write write -> {
          pipe.add(FrameCodec.encode(frame(write)));
          unacknowledged += FrameCodec.HEADER_BYTES + write.payload().length();
        }
        case ConnectionEffect.Message(var call, var message, var bytes) -> {
          messages.computeIfAbsent(call, _ -> new ArrayList<>()).add(message);
          if (consumesAtOnce) {
            later.add(new ConnectionInput.Consumed(call, bytes, MonoTime.ZERO));
          } else {
            consumable += bytes;
          }
        }
        case ConnectionEffect.OneWay(var message) -> oneWay.add(message);
        case ConnectionEffect.HalfClosed(var call) -> halfClosed.add(call);
        case ConnectionEffect.Ended end -> {
          if (ended.put(end.call(), end) != null) {
            throw new AssertionError("call " + end.call() + " ended twice");
          }
        }
        default -> {}
      }
    }

    Frame frame(ConnectionEffect.Write write) {
      seq++;
      EventId id = new EventId(new Origin.Node(node), seq);
      return new Frame(
          write.kind(),
          write.flags(),
          write.call(),
          new EventStamp(new LamportTime(seq), id),
          0,
          cluster,
          incarnation,
          write.payload());
    }

    /** Bytes arrive; whole frames among them are stepped. */
    void receive(Bytes bytes, MonoTime now) {
      received = received.concat(bytes);
      try {
        while (received.length() >= FrameCodec.PREFIX_BYTES) {
          int prefix = new ByteReader(received).u32();
          int length = FrameCodec.frameLength(prefix);
          if (received.length() < length) {
            return;
          }
          Frame frame = FrameCodec.decode(received.slice(0, length));
          received = received.slice(length, received.length());
          if (!core.isClosed()) {
            step(new ConnectionInput.Received(frame, now));
          }
        }
      } catch (MalformedException broken) {
        throw new AssertionError(broken);
      }
    }

    /** The frames that left for the call, without payloads. */
    List<Sent> sent(long call) {
      return effects.stream()
          .filter(ConnectionEffect.Write.class::isInstance)
          .map(ConnectionEffect.Write.class::cast)
          .filter(write -> write.call() == call && write.kind() != FrameKind.HELLO)
          .map(write -> new Sent(write.kind(), write.flags()))
          .toList();
    }

    /** How the call ended, which it did. */
    ConnectionEffect.Ended ended(long call) {
      ConnectionEffect.Ended end = ended.get(call);
      if (end == null) {
        throw new AssertionError("call " + call + " is open");
      }
      return end;
    }

    /** The messages that arrived on the call. */
    List<Bytes> messages(long call) {
      return messages.getOrDefault(call, List.of());
    }

    /** The transport has taken all that was written. */
    void acknowledge(MonoTime now) {
      long bytes = unacknowledged;
      unacknowledged = 0;
      step(new ConnectionInput.Written(bytes, now));
    }

    boolean isClosed() {
      return core.isClosed();
    }

    <E extends ConnectionEffect> Optional<E> last(Class<E> type) {
      return effects.reversed().stream().filter(type::isInstance).map(type::cast).findFirst();
    }
  }

  final End dialer;
  final End acceptor;
  MonoTime now = MonoTime.ZERO;

  ConnectionPair() {
    this(new ClusterId(7), new ClusterId(7), LIMITS);
  }

  ConnectionPair(ClusterId dialers, ClusterId acceptors, ConnectionLimits limits) {
    this(
        new Connection.Config(true, Lane.CALLS, dialers, limits),
        new Connection.Config(false, Lane.CALLS, acceptors, limits));
  }

  /** Ends that speak no higher versions than these. */
  ConnectionPair(int dialersVersion, int acceptorsVersion) {
    this(
        new Connection.Config(true, Lane.CALLS, new ClusterId(7), LIMITS, dialersVersion),
        new Connection.Config(false, Lane.CALLS, new ClusterId(7), LIMITS, acceptorsVersion));
  }

  private ConnectionPair(Connection.Config dialers, Connection.Config acceptors) {
    dialer = new End(dialers, 1);
    acceptor = new End(acceptors, 2);
  }

  ConnectionPair open() {
    dialer.step(new ConnectionInput.Opened(now));
    acceptor.step(new ConnectionInput.Opened(now));
    settle();
    return this;
  }

  /** Moves all bytes until nothing moves any more. */
  void settle() {
    boolean isMoving = true;
    while (isMoving) {
      boolean isThere = move(dialer, acceptor);
      isMoving = move(acceptor, dialer) || isThere;
    }
  }

  boolean move(End from, End to) {
    boolean isMoving = !from.pipe.isEmpty();
    while (!from.pipe.isEmpty()) {
      to.receive(from.pipe.poll(), now);
    }
    from.acknowledge(now);
    return isMoving || !from.pipe.isEmpty();
  }

  void pass(Duration span) {
    now = now.plus(span);
  }
}
