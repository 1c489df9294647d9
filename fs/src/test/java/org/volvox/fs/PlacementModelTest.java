package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.volvox.base.BlockId;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.PlacementTable;

/**
 * Disks of real blocks beside the table: nodes come, ask to leave, fetch, and go when the table
 * says that it is safe; blocks are written to just enough holders. No block may ever be on fewer
 * than two disks, and a write must never have to wait for a node that has nothing yet.
 */
class PlacementModelTest {
  private static final int SEEDS = 60;
  private static final int STEPS = 400;

  private final SortedMap<NodeId, TreeSet<BlockId>> disks = new TreeMap<>();
  private final TreeSet<BlockId> recorded = new TreeSet<>();
  private final TreeSet<NodeId> leaving = new TreeSet<>();
  private PlacementTable table = PlacementTable.NONE;
  private int lastNode;
  private long blocks;
  private int departures;
  private int waits;

  @Test
  void noBlockIsEverOnFewerThanTwoDisks() {
    int allDepartures = 0;
    int allWaits = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      PlacementModelTest run = new PlacementModelTest();
      run.play(new Prng(seed), "seed " + seed);
      allDepartures += run.departures;
      allWaits += run.waits;
    }
    assertThat(allDepartures).isGreaterThan(SEEDS);
    assertThat(allWaits).isGreaterThan(SEEDS);
  }

  private void play(Prng prng, String what) {
    for (lastNode = 1; lastNode <= 3; lastNode++) {
      disks.put(new NodeId(lastNode), new TreeSet<>());
    }
    replan(); // All at once: with fewer than two nodes there are no two copies.
    for (int step = 0; step < STEPS; step++) {
      switch (prng.below(12)) {
        case 0 -> {
          if (disks.size() < 8) {
            join();
          }
        }
        case 1 -> {
          if (disks.size() - leaving.size() > 2) {
            leaving.add(pick(prng, List.copyOf(disks.keySet())));
            replan();
          }
        }
        case 2, 3 -> depart();
        case 4, 5, 6 -> pass(prng, pick(prng, List.copyOf(disks.keySet())));
        default -> write(prng);
      }
      check(what + " step " + step);
    }
  }

  private static NodeId pick(Prng prng, List<NodeId> nodes) {
    return nodes.get(prng.below(nodes.size()));
  }

  private void join() {
    disks.put(new NodeId(++lastNode), new TreeSet<>());
    replan();
  }

  private void replan() {
    List<NodeId> nodes = disks.keySet().stream().filter(node -> !leaving.contains(node)).toList();
    table = Placement.plan(table, nodes);
  }

  private void depart() {
    for (NodeId node : List.copyOf(leaving)) {
      if (Placement.isSafeWithout(table, node, List.of())) {
        disks.remove(node);
        leaving.remove(node);
        departures++;
      } else {
        waits++;
      }
    }
  }

  /** Fetches some or all of what is assigned; whoever has all says so. */
  private void pass(Prng prng, NodeId node) {
    Set<BlockId> disk = disk(node);
    boolean hasAll = true;
    for (BlockId block : recorded) {
      if (table.group(block).assigned().contains(node) && !disk.contains(block)) {
        if (prng.below(40) == 0) {
          hasAll = false;
        } else {
          disk.add(block);
        }
      }
    }
    if (hasAll && table.everyone().contains(node)) {
      table = Placement.completed(table, node);
    }
  }

  /** Writes a block to exactly W of its holders, and to anyone else by chance. */
  private void write(Prng prng) {
    BlockId block = new BlockId((int) (blocks % FileLimits.GROUPS), 1, blocks++);
    List<NodeId> holders = new ArrayList<>(table.group(block).holders());
    assertThat(disks.keySet()).containsAll(holders);
    while (holders.size() > table.group(block).quorum()) {
      holders.remove(prng.below(holders.size()));
    }
    for (NodeId node : table.group(block).assigned()) {
      if (!holders.contains(node) && prng.below(4) == 0) {
        disk(node).add(block);
      }
    }
    holders.forEach(node -> disk(node).add(block));
    try {
      Placement.checkDurable(table, block, holders);
    } catch (Refused e) {
      throw new AssertionError(e);
    }
    recorded.add(block);
  }

  private Set<BlockId> disk(NodeId node) {
    return disks.computeIfAbsent(
        node,
        missing -> {
          throw new AssertionError(missing + " is gone");
        });
  }

  private void check(String what) {
    for (BlockId block : recorded) {
      long copies = disks.values().stream().filter(disk -> disk.contains(block)).count();
      assertThat(copies).as(what + ": copies of " + block).isGreaterThanOrEqualTo(2);
    }
    for (PlacementTable.Group group : table.groups()) {
      assertThat(disks.keySet()).as(what).containsAll(group.assigned());
    }
  }
}
