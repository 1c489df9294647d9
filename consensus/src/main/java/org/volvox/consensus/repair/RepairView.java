package org.volvox.consensus.repair;

import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.consensus.raft.Recovered;

/**
 * How far a repair is.
 *
 * @param repaired entries that have come, of {@code total} that were missing
 * @param waitsFor what nobody had when all were asked last; empty while something comes
 * @param silent who did not answer then
 */
public record RepairView(
    long repaired, long total, Optional<Recovered.Place> waitsFor, List<NodeId> silent) {
  public RepairView {
    silent = List.copyOf(silent);
  }

  /** One line for a user. */
  public String text() {
    String done = repaired + " of " + total + " entries";
    if (waitsFor.isEmpty()) {
      return done;
    }
    String entry = "entry " + waitsFor.get().index() + " of term " + waitsFor.get().term();
    return silent.isEmpty()
        ? done
            + "; no other node has "
            + entry
            + ", which may be lost: this goes on when the"
            + " others have committed further. If they cannot, replace this node"
        : done + "; waits for " + entry + ", start " + names();
  }

  private String names() {
    return String.join(" and ", silent.stream().map(NodeId::toString).toList());
  }
}
