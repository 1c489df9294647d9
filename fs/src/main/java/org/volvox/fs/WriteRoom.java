package org.volvox.fs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.volvox.base.NodeId;

/**
 * Whether a leader may take commands that grow the state, by what is known of its voters' disks. A
 * pure function: each such command ends in the logs and states of all, and is committed by a
 * quorum, so a quorum must have room. A full minority costs nothing but its own copies: it lives on
 * its reserve, and stops when that is used up.
 */
public final class WriteRoom {
  private static final int MB_SHIFT = 20;

  private final TreeMap<NodeId, Disk> disks = new TreeMap<>();
  private final List<NodeId> voters;

  /** A disk as its node last told of it. */
  public record Disk(boolean isUp, boolean isFull, long leftBytes) {}

  public WriteRoom(List<NodeId> voters, Map<NodeId, Disk> known) {
    this.voters = List.copyOf(voters);
    for (NodeId voter : voters) {
      Disk disk = known.get(voter);
      disks.put(voter, disk == null ? new Disk(false, false, 0) : disk);
    }
  }

  /**
   * Why nothing that grows is taken, as a user reads it; empty if it is. A quorum that is missing
   * because nodes are down is not a matter of room.
   */
  public Optional<String> refusal() {
    int quorum = voters.size() / 2 + 1;
    long roomy = disks.values().stream().filter(disk -> disk.isUp() && !disk.isFull()).count();
    List<Map.Entry<NodeId, Disk>> full =
        disks.entrySet().stream()
            .filter(entry -> entry.getValue().isUp() && entry.getValue().isFull())
            .toList();
    return full.isEmpty() || roomy >= quorum ? Optional.empty() : Optional.of(text(full, quorum));
  }

  private String text(List<Map.Entry<NodeId, Disk>> full, int quorum) {
    return "no room on the disk of "
        + full.stream()
            .map(entry ->
                entry.getKey() + " (" + (entry.getValue().leftBytes() >> MB_SHIFT) + " MB left)")
            .collect(Collectors.joining(" and "))
        + ", and "
        + quorum
        + " of "
        + voters.size()
        + " must have some";
  }
}
