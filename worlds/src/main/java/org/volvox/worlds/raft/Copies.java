package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.consensus.log.Salvage;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Recovered;

/**
 * Looks at all disks as they are: whether what is damaged on each can be repaired from what is
 * whole on others. Then any machine may be hit, a majority too, and all must come back.
 */
final class Copies {
  private final Cluster cluster;
  private final Map<Integer, Salvaged> logs = new TreeMap<>();

  private Copies(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Whether every machine that is not given up can be repaired whatever happens to memory. */
  static boolean suffice(Cluster cluster) {
    return new Copies(cluster).suffice();
  }

  private boolean suffice() {
    for (SimNode node : cluster.nodes()) {
      if (node.isPresent() && !cluster.isRuined(node.endpoint())) {
        Optional<Salvaged> left = left(node);
        if (left.isEmpty()) {
          return false;
        }
        logs.put(node.endpoint(), left.get());
      }
    }
    return cluster.nodes().stream().allMatch(this::isRepairable);
  }

  private static Optional<Salvaged> left(SimNode node) {
    try {
      return Salvage.read(node.disk(), node.walConfig(), NodeLog.GROUP, node.stored().at())
              instanceof Salvage.Verdict.Repairable(var log, _)
          ? Optional.of(log)
          : Optional.empty();
    } catch (DiskException e) {
      return Optional.empty();
    }
  }

  private boolean isRepairable(SimNode node) {
    @Nullable Salvaged log = logs.get(node.endpoint());
    if (log == null) {
      return true; // Given up, or not there.
    }
    List<LogIndex> missing = new ArrayList<>();
    for (Salvaged.Hole hole : log.holes()) {
      for (long i = hole.first().value(); i <= hole.last().index().value(); i++) {
        missing.add(new LogIndex(i));
      }
    }
    return missing.stream().allMatch(index -> isElsewhere(node, index));
  }

  /** What is committed nobody drops, but into a state. */
  private boolean isElsewhere(SimNode node, LogIndex index) {
    Optional<Entry> committed = cluster.oracles().committedAt(index);
    boolean isOwn =
        committed.isPresent()
            && node.durable().has(index)
            && node.durable().at(index).equals(committed.get());
    return isOwn
        && cluster.nodes().stream()
            .anyMatch(other -> other != node && hasIt(other, committed.get()));
  }

  private boolean hasIt(SimNode other, Entry entry) {
    @Nullable Salvaged log = logs.get(other.endpoint());
    if (log == null || cluster.oracles().members().member(other.id()).isEmpty()) {
      return false;
    }
    if (!other.stored().at().index().isBefore(entry.index())) {
      return true;
    }
    Recovered.Place name = new Recovered.Place(entry.index(), entry.term());
    try {
      return other.durable().has(entry.index())
          && other.durable().at(entry.index()).equals(entry)
          && log.run(name, entry.index(), 1).isPresent();
    } catch (DiskException e) {
      return false;
    }
  }
}
