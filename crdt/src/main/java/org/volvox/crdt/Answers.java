package org.volvox.crdt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;

/** What a replica answers to others that lack something. */
final class Answers {
  /** Ticks without a question after which a peer's scan is over. */
  private static final int SCAN_TICKS_MAX = 40;

  private final ReplicaConfig config;
  private final ReplicaRules rules;
  private final OrderedStore store;
  private final Map<NodeId, Shown> scans = new TreeMap<>();

  /** What a peer that takes all atoms sees. */
  private static final class Shown {
    final long scan;
    final AtomStore.Self self;
    final OrderedStore.Snapshot snapshot;
    int ticks;

    Shown(long scan, AtomStore.Self self, OrderedStore.Snapshot snapshot) {
      this.scan = scan;
      this.self = self;
      this.snapshot = snapshot;
    }
  }

  Answers(ReplicaConfig config, ReplicaRules rules, OrderedStore store) {
    this.config = config;
    this.rules = rules;
    this.store = store;
  }

  void peers(List<NodeId> of) {
    scans
        .entrySet()
        .removeIf(each -> {
          boolean isGone = !of.contains(each.getKey());
          if (isGone) {
            each.getValue().snapshot.close();
          }
          return isGone;
        });
  }

  void tick() {
    scans
        .values()
        .removeIf(shown -> {
          boolean isOver = ++shown.ticks > SCAN_TICKS_MAX;
          if (isOver) {
            shown.snapshot.close();
          }
          return isOver;
        });
  }

  /** For who has applied {@code theirs}; empty if that is all. */
  Optional<Message> answer(Versions theirs, AtomStore.Self self, AtomStore atoms) {
    boolean isBehind =
        self.cut().counts().entrySet().stream()
            .anyMatch(each -> theirs.count(each.getKey()) < each.getValue());
    if (isBehind && rules.tellsWhoIsBehind()) {
      return Optional.of(new Message.Behind(self.id(), self.base()));
    }
    return theirs.covers(self.base())
        ? Optional.empty()
        : Optional.of(missing(theirs, self, atoms));
  }

  /** The first operations that are missing there, in the order in which they were applied here. */
  private Message missing(Versions theirs, AtomStore.Self self, AtomStore atoms) {
    Comparator<AtomStore.Logged> order =
        rules.answersInOrder()
            ? Comparator.comparingLong(AtomStore.Logged::place)
            : Comparator.comparing(logged -> logged.operation().dot());
    PriorityQueue<AtomStore.Logged> next = new PriorityQueue<>(order);
    for (ReplicaId replica : self.base().counts().keySet()) {
      // Without the rule about who is behind the first ones may be gone.
      long after =
          rules.tellsWhoIsBehind()
              ? theirs.count(replica)
              : Math.max(theirs.count(replica), self.cut().count(replica));
      atoms.logged(new Dot(replica, after + 1)).ifPresent(next::add);
    }
    List<Operation> operations = new ArrayList<>();
    int bytes = 0;
    while (!next.isEmpty() && bytes < config.answerBytesMax()) {
      Operation operation = next.remove().operation();
      operations.add(operation);
      bytes += operation.size();
      Dot dot = operation.dot();
      atoms.logged(new Dot(dot.replica(), dot.count() + 1)).ifPresent(next::add);
    }
    return new Message.Operations(self.id(), self.base(), theirs, operations, !next.isEmpty());
  }

  /** The atoms from a key on, as many as go in one answer; empty if the scan is known no more. */
  Optional<Message> range(NodeId from, Message.Scan scan, AtomStore.Self self) {
    Shown shown = scans.get(from);
    if (scan.from().isEmpty() && (shown == null || shown.scan != scan.scan())) {
      if (shown != null) {
        shown.snapshot.close();
      }
      shown = new Shown(scan.scan(), self, store.snapshot());
      scans.put(from, shown);
    }
    if (shown == null || shown.scan != scan.scan()) {
      return Optional.empty();
    }
    shown.ticks = 0;
    return Optional.of(range(scan, shown, self));
  }

  private Message range(Message.Scan scan, Shown shown, AtomStore.Self self) {
    List<Message.Piece> pieces = new ArrayList<>();
    int[] bytes = {0};
    AtomStore.Each each =
        piece -> {
          pieces.add(piece);
          bytes[0] += size(piece);
          return bytes[0] < config.answerBytesMax();
        };
    if (rules.scansOneMoment()) {
      AtomStore.atoms(shown.snapshot, shown.self.generations().current(), scan.from(), each);
    } else {
      try (OrderedStore.Snapshot now = store.snapshot()) {
        AtomStore.atoms(now, self.generations().current(), scan.from(), each);
      }
    }
    Optional<Bytes> to =
        bytes[0] < config.answerBytesMax()
            ? Optional.empty()
            : Optional.of(pieces.getLast().key().encode().concat(Bytes.wrap(new byte[] {0})));
    return new Message.Range(
        self.id(),
        scan.scan(),
        new Message.Moment(shown.self.base(), shown.self.clock()),
        new Message.Part(scan.from(), to, pieces));
  }

  private static int size(Message.Piece piece) {
    int entries =
        piece.atom().live().values().stream().mapToInt(each -> 32 + each.content().length()).sum();
    return 32 + piece.key().key().length() + piece.key().part().length() + entries;
  }
}
