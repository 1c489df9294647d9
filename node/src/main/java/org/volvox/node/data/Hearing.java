package org.volvox.node.data;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.volvox.base.NodeId;
import org.volvox.calls.message.DataMessage.Silent;

/** When each of the other replicas was last heard. Any thread may call. */
final class Hearing {
  /** Who is not heard for longer is named: ten ticks, so that one lost message is no silence. */
  private static final long SILENT_NANOS_MIN = Duration.ofSeconds(2).toNanos();

  /** Each replica asks one other at each tick; so many rounds without a word are a silence. */
  private static final long ROUNDS = 3;

  private final long tickNanos;
  private final Map<NodeId, Long> heard = new ConcurrentSkipListMap<>();

  Hearing(Duration tick) {
    this.tickNanos = tick.toNanos();
  }

  /** Listens to these from now on, and to no others. */
  void follow(List<NodeId> peers) {
    heard.keySet().retainAll(peers);
    long now = System.nanoTime();
    peers.forEach(peer -> heard.putIfAbsent(peer, now));
  }

  void heard(NodeId peer) {
    long now = System.nanoTime();
    var _ = heard.computeIfPresent(peer, (_, _) -> now);
  }

  /** Those that are silent for too long, by id. */
  List<Silent> silent() {
    long now = System.nanoTime();
    long bound = Math.max(SILENT_NANOS_MIN, ROUNDS * heard.size() * tickNanos);
    List<Silent> silent = new ArrayList<>();
    heard.forEach((peer, at) -> {
      if (now - at > bound) {
        silent.add(new Silent(peer, Duration.ofNanos(now - at).toMillis()));
      }
    });
    return silent;
  }
}
