package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.volvox.base.BlockId;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.PlacementTable.Group;

/**
 * A cluster of disks, of nodes that see the state late, and of whoever leads: nodes go silent for
 * short and for long, return, lose their blocks, are drained and undrained, join; blocks are
 * written to just enough holders, fetched, and deleted where they are spare. At most one node is
 * silent or has lost its blocks at a time, so no block may ever be on fewer than two disks, and at
 * the end all of them are on their homes and nowhere else.
 */
final class HealingModel {
  private static final int STEPS = 600;
  private static final Duration AFTER = Duration.ofMillis(FileLimits.HEAL_AFTER_MILLIS_MIN);

  /** What may be broken, to see that it is noticed. */
  enum Mutant {
    NONE,
    DELETES_BEFORE_OTHERS_CONFIRM,
    COUNTS_TARGETS_BEFORE_THEY_ARE_COMPLETE
  }

  /** What the log has made of the table and of the blocks at one of its entries. */
  private record State(PlacementTable table, int recorded) {}

  /** A machine: what is on its disk, how much of the log it has seen. */
  private static final class Machine {
    final TreeSet<BlockId> disk = new TreeSet<>();
    int seen;
    boolean isUp = true;

    /** It has not yet tried to fetch what it missed. */
    boolean isBehind;
  }

  private final Mutant mutant;
  private final Prng prng;
  private final SortedMap<NodeId, Machine> machines = new TreeMap<>();
  private final List<State> log = new ArrayList<>();
  private final List<BlockId> recorded = new ArrayList<>();
  private final Absences absences = new Absences();
  private MonoTime now = MonoTime.ZERO;
  int rests;
  int deletions;
  int losses;

  HealingModel(Mutant mutant, int seed) {
    this.mutant = mutant;
    this.prng = new Prng(seed);
  }

  /** What went wrong first, if anything did. */
  Optional<String> play() {
    int count = prng.between(4, 7);
    for (int id = 1; id <= count; id++) {
      machines.put(new NodeId(id), new Machine());
    }
    append(Placement.plan(PlacementTable.NONE, List.copyOf(machines.keySet())));
    for (int step = 0; step < STEPS; step++) {
      act();
      Optional<String> wrong = lost();
      if (wrong.isPresent()) {
        return wrong.map(what -> "step " + STEPS + "/" + what);
      }
    }
    return settle();
  }

  private void act() {
    NodeId node = pick(List.copyOf(machines.keySet()));
    switch (prng.below(20)) {
      case 0 -> goSilent(node);
      case 1 -> machines.values().forEach(this::wake);
      case 2 -> drain(node, prng.below(3) == 0);
      case 3 -> loseBlocks(node);
      case 4 -> join();
      case 5, 6, 7 -> lead(prng.between(1, 4));
      case 8, 9, 10, 11, 12 -> pass(node, prng.below(5) == 0);
      case 13, 14 -> spare(node);
      default -> write();
    }
  }

  private NodeId pick(List<NodeId> nodes) {
    return nodes.get(prng.below(nodes.size()));
  }

  private PlacementTable table() {
    return log.getLast().table();
  }

  private void append(PlacementTable table) {
    log.add(new State(table, recorded.size()));
  }

  private void goSilent(NodeId node) {
    if (machines.values().stream().allMatch(each -> each.isUp && !each.isBehind)) {
      machine(node).isUp = false;
    }
  }

  private void wake(Machine machine) {
    if (!machine.isUp) {
      machine.isUp = true;
      machine.isBehind = true;
    }
  }

  private void drain(NodeId node, boolean drains) {
    TreeSet<NodeId> draining = new TreeSet<>(table().care().draining());
    if (drains ? draining.add(node) : draining.remove(node)) {
      append(table().with(table().care().withDraining(List.copyOf(draining))));
    }
  }

  /** As when a folder is deleted: the node notices before it counts for anything again. */
  private void loseBlocks(NodeId node) {
    boolean isSafe =
        recorded.stream()
            .allMatch(block ->
                machines.values().stream().filter(each -> each.disk.contains(block)).count() > 2);
    if (isSafe && machines.values().stream().allMatch(each -> each.isUp && !each.isBehind)) {
      machine(node).disk.clear();
      machine(node).isBehind = true;
      append(Placement.incomplete(table(), node));
      losses++;
    }
  }

  private void join() {
    if (machines.size() < 8 && prng.below(4) == 0) {
      NodeId node = new NodeId(machines.lastKey().value() + 1);
      machines.put(node, new Machine());
      append(Placement.plan(table(), List.copyOf(machines.keySet())));
    }
  }

  /** Whoever leads looks for some seconds and does its duty. */
  private void lead(int seconds) {
    for (int i = 0; i < 5 * seconds; i++) {
      now = now.plus(Duration.ofMillis(200));
      absences.observe(now, table().nodes(), node -> machine(node).isUp);
    }
    List<NodeId> wanted = Resting.choose(table(), node -> absences.of(node, AFTER));
    List<NodeId> before = table().care().resting();
    if (!wanted.equals(before)) {
      wanted.stream().filter(node -> !before.contains(node)).forEach(absences::wentAway);
      PlacementTable after = Placement.rested(table(), wanted);
      checkMoves(table(), after);
      append(mutant == Mutant.COUNTS_TARGETS_BEFORE_THEY_ARE_COMPLETE ? hasty(after) : after);
      rests++;
    }
  }

  /** Nothing moves but in groups of those who rest now, or no more: one node for each of them. */
  private static void checkMoves(PlacementTable before, PlacementTable after) {
    TreeSet<NodeId> changed = new TreeSet<>(before.care().resting());
    TreeSet<NodeId> kept = new TreeSet<>(changed);
    kept.retainAll(after.care().resting());
    changed.addAll(after.care().resting());
    changed.removeAll(kept);
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      TreeSet<NodeId> moved = new TreeSet<>(after.groups().get(group).targets());
      before.groups().get(group).targets().forEach(moved::remove);
      TreeSet<NodeId> at = new TreeSet<>(before.groups().get(group).home());
      at.addAll(before.groups().get(group).targets());
      at.retainAll(changed);
      assertThat(moved.size()).isLessThanOrEqualTo(at.size());
    }
  }

  private static PlacementTable hasty(PlacementTable table) {
    List<Group> groups =
        table.groups().stream()
            .map(group -> new Group(group.targets(), group.targets(), group.home()))
            .toList();
    return new PlacementTable(table.epoch(), table.nodes(), groups, table.complete(), table.care());
  }

  /** Fetches what is assigned by some state that is not older than the last one it saw. */
  private void pass(NodeId node, boolean stops) {
    Machine machine = machine(node);
    if (!machine.isUp) {
      return;
    }
    // One that has started waits until it has all that was committed then.
    machine.seen = machine.isBehind ? log.size() - 1 : prng.between(machine.seen, log.size() - 1);
    State state = log.get(machine.seen);
    boolean hasAll = true;
    for (BlockId block : recorded.subList(0, state.recorded())) {
      if (state.table().group(block).assigned().contains(node) && !machine.disk.contains(block)) {
        boolean isThere =
            machines.values().stream().anyMatch(from -> from.isUp && from.disk.contains(block));
        if (isThere && !(stops && prng.below(20) == 0)) {
          machine.disk.add(block);
        } else {
          hasAll = false;
        }
      }
    }
    machine.isBehind = false;
    PlacementTable table = table();
    if (hasAll && state.table().epoch() == table.epoch() && !table.isComplete(node)) {
      append(Placement.completed(table, node));
    }
  }

  /** Deletes what is spare by the state that the node has seen. */
  private void spare(NodeId node) {
    Machine machine = machine(node);
    if (!machine.isUp || machine.isBehind) {
      return;
    }
    State state = log.get(machine.seen);
    List<BlockId> here =
        recorded.subList(0, state.recorded()).stream().filter(machine.disk::contains).toList();
    TreeMap<NodeId, TreeSet<BlockId>> said = new TreeMap<>();
    machines.forEach((other, each) -> {
      if (each.isUp) {
        said.put(other, each.disk);
      }
    });
    List<BlockId> deletable =
        mutant == Mutant.DELETES_BEFORE_OTHERS_CONFIRM
            ? here.stream()
                .filter(block -> !state.table().group(block).assigned().contains(node))
                .toList()
            : Spares.deletable(state.table(), node, here, said);
    deletable.forEach(machine.disk::remove);
    deletions += deletable.size();
  }

  /** Writes a block to exactly W of its holders, if so many count. */
  private void write() {
    BlockId block = new BlockId(recorded.size() % FileLimits.GROUPS, 1, recorded.size());
    Group group = table().group(block);
    List<NodeId> counting =
        new ArrayList<>(
            group.holders().stream()
                .filter(node -> machine(node).isUp && !machine(node).isBehind)
                .toList());
    if (counting.size() < group.quorum()) {
      return;
    }
    while (counting.size() > group.quorum()) {
      counting.remove(prng.below(counting.size()));
    }
    counting.forEach(node -> machine(node).disk.add(block));
    try {
      Placement.checkDurable(table(), block, counting);
    } catch (Refused e) {
      throw new AssertionError(e);
    }
    recorded.add(block);
    append(table());
  }

  private Machine machine(NodeId node) {
    return Optional.ofNullable(machines.get(node)).orElseThrow();
  }

  /**
   * A block on fewer than two disks, or on one while one machine has lost all it had; or one that
   * nobody has who counts for it.
   */
  private Optional<String> lost() {
    boolean hasLost = machines.values().stream().anyMatch(each -> each.isBehind && each.isUp);
    int least = hasLost ? 1 : 2;
    for (BlockId block : recorded) {
      long copies = machines.values().stream().filter(each -> each.disk.contains(block)).count();
      if (copies < least) {
        return Optional.of(block + " has " + copies + " copies");
      }
      boolean isHeld =
          table().group(block).holders().stream()
              .anyMatch(node -> machine(node).disk.contains(block));
      if (!hasLost && !isHeld) {
        return Optional.of(block + " is on none of those that count for it");
      }
    }
    return Optional.empty();
  }

  /** All return and nobody drains: soon all blocks are at home and nowhere else. */
  private Optional<String> settle() {
    machines.values().forEach(this::wake);
    append(table().with(table().care().withDraining(List.of())));
    for (int round = 0; round < 12; round++) {
      lead(20);
      for (NodeId node : machines.keySet()) {
        machine(node).seen = log.size() - 1;
        pass(node, false);
      }
    }
    for (NodeId node : machines.keySet()) {
      machine(node).seen = log.size() - 1;
      spare(node);
    }
    for (BlockId block : recorded) {
      TreeSet<NodeId> on = new TreeSet<>();
      machines.forEach((node, each) -> {
        if (each.disk.contains(block)) {
          on.add(node);
        }
      });
      if (!on.equals(new TreeSet<>(table().group(block).home())) || on.size() != 3) {
        return Optional.of("at the end " + block + " is on " + on);
      }
    }
    return table().care().resting().isEmpty()
        ? Optional.empty()
        : Optional.of("at the end there rest " + table().care().resting());
  }
}
