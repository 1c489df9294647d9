package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.LogIndex;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.consensus.log.StateAt;

/**
 * Snapshots between machines: a machine that needs one asks any member for it in chunks, and goes
 * on where it was when an answer is lost; one that is asked holds its snapshot open for whoever
 * fetches it. What was fetched is in memory until it is whole.
 */
final class SnapshotTraffic {
  private static final int ASK_AGAIN_MICROS = 300_000;

  /** After so many questions without an answer another member is asked, from the beginning. */
  private static final int ASKS_MAX = 3;

  private final SimNode node;
  private final int life;
  private final Machine machine;
  private final Map<Integer, Open> opens = new TreeMap<>();
  private @Nullable Fetch fetch;
  private int fetches;

  /** What it takes of the machine that it works for. */
  interface Machine {
    void send(int to, Packet packet);

    /** How far a snapshot would go; none while there can be none. */
    Optional<StateAt> snapshotAt();

    SimMachine machine();
  }

  /** A snapshot held open for one machine. */
  private record Open(long fetch, StateAt at, List<Packet.Pair> pairs) {}

  private static final class Fetch {
    final long number;
    final NodeId source;
    LogIndex atLeast;
    final List<Packet.Pair> pairs = new ArrayList<>();
    StateAt at = StateAt.NOTHING;
    int next;
    int asks;

    Fetch(long number, NodeId source, LogIndex atLeast) {
      this.number = number;
      this.source = source;
      this.atLeast = atLeast;
    }
  }

  SnapshotTraffic(SimNode node, int life, Machine machine) {
    this.node = node;
    this.life = life;
    this.machine = machine;
  }

  /**
   * The core wants a snapshot of at least that index; one under way that suffices goes on. It may
   * want less than before: who could give more may be gone.
   */
  void want(LogIndex atLeast) {
    Fetch current = fetch;
    boolean suffices =
        current != null
            && (current.at.equals(StateAt.NOTHING) || current.at.index().compareTo(atLeast) >= 0);
    if (current != null && suffices) {
      current.atLeast = atLeast;
    } else {
      begin(atLeast);
    }
  }

  private void begin(LogIndex atLeast) {
    List<NodeId> others = new ArrayList<>();
    for (NodeId id : node.host().entryNodes()) {
      if (!id.equals(node.id())) {
        others.add(id);
      }
    }
    if (others.isEmpty()) {
      fetch = null;
      return;
    }
    fetches++;
    NodeId source = others.get(node.prng().below(others.size()));
    fetch = new Fetch((long) life << 32 | fetches, source, atLeast);
    ask(fetch);
  }

  private void ask(Fetch current) {
    current.asks++;
    machine.send(
        current.source.value() - 1,
        new Packet.SnapshotAsk(current.number, current.atLeast, current.next));
    node.host()
        .schedule(
            ASK_AGAIN_MICROS,
            new Event.FetchTick(node.endpoint(), life, current.number, current.next));
  }

  /** No answer came in time, unless it did. */
  void onTick(Event.FetchTick tick) {
    Fetch current = fetch;
    if (current == null || current.number != tick.fetch() || current.next != tick.chunk()) {
      return;
    }
    if (current.asks < ASKS_MAX) {
      ask(current);
    } else {
      begin(current.atLeast);
    }
  }

  /** Another machine asks: the first chunk opens a snapshot, the last one closes it. */
  void onAsk(int from, Packet.SnapshotAsk asked) {
    @Nullable Open before = opens.get(from);
    boolean fresh = before == null || before.fetch != asked.fetch();
    if (asked.chunk() == 0 && (fresh || !node.mutation().world().tellsSnapshotsApart())) {
      opens.remove(from);
      Optional<StateAt> at = machine.snapshotAt();
      if (at.isPresent() && at.get().index().compareTo(asked.atLeast()) >= 0) {
        List<Packet.Pair> pairs = machine.machine().pairs();
        node.host().oracles().onSnapshot(node, at.get(), machine.machine().fingerprint());
        opens.put(from, new Open(asked.fetch(), at.get(), pairs));
      }
    }
    @Nullable Open open = opens.get(from);
    int size = node.options().chunkPairs();
    if (open == null || open.fetch != asked.fetch()) {
      machine.send(from, new Packet.SnapshotRefused(asked.fetch()));
      return;
    }
    int first = Math.min(asked.chunk() * size, open.pairs.size());
    int end = Math.min(first + size, open.pairs.size());
    machine.send(
        from,
        new Packet.SnapshotPart(
            asked.fetch(),
            asked.chunk(),
            open.at,
            List.copyOf(open.pairs.subList(first, end)),
            end == open.pairs.size()));
  }

  void onRefused(Packet.SnapshotRefused refused) {
    Fetch current = fetch;
    if (current != null && current.number == refused.fetch()) {
      // Asked again at once, two that lack the same would ask each other in a circle.
      current.asks = ASKS_MAX;
    }
  }

  void onPart(Packet.SnapshotPart part) {
    Fetch current = fetch;
    if (current == null || current.number != part.fetch() || current.next != part.chunk()) {
      return;
    }
    StateAt at = unlogged(part.at());
    boolean another = part.chunk() > 0 && !at.equals(current.at);
    if (another && node.mutation().world().tellsSnapshotsApart()) {
      // The source has forgotten the snapshot and begun another one.
      begin(current.atLeast);
      return;
    }
    current.at = at;
    current.pairs.addAll(part.pairs());
    current.next++;
    current.asks = 0;
    if (!part.last()) {
      ask(current);
      return;
    }
    fetch = null;
    node.host()
        .schedule(
            node.disk().syncMicros(),
            new Event.Staged(node.endpoint(), life, new StoredState(store(current), current.at)));
  }

  /** What the source had in its log says nothing about this machine's. */
  private static StateAt unlogged(StateAt at) {
    return new StateAt(at.index(), at.term(), LogIndex.ZERO, at.members());
  }

  private static MemoryStore store(Fetch whole) {
    MemoryStore store = new MemoryStore();
    try (OrderedStore.Batch batch = store.batch()) {
      for (Packet.Pair pair : whole.pairs) {
        batch.put(pair.key(), pair.value());
      }
      batch.commit();
    }
    store.flush();
    return store;
  }
}
