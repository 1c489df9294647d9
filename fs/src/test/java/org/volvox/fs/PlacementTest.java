package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.volvox.base.BlockId;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.Status;

class PlacementTest {
  private static List<NodeId> nodes(int... ids) {
    List<NodeId> nodes = new ArrayList<>();
    for (int id : ids) {
      nodes.add(new NodeId(id));
    }
    return nodes;
  }

  private static void check(PlacementTable table) {
    assertThat(table.groups()).hasSize(FileLimits.GROUPS);
    List<Integer> loads = new ArrayList<>();
    for (NodeId node : table.nodes()) {
      loads.add((int) table.groups().stream().filter(group -> group.contains(node)).count());
    }
    loads.sort(Integer::compare);
    assertThat(loads.getLast() - loads.getFirst()).isLessThanOrEqualTo(1);
    for (List<NodeId> group : table.groups()) {
      assertThat(group).hasSize(table.copies()).doesNotHaveDuplicates();
      assertThat(table.nodes()).containsAll(group);
    }
  }

  private static int moves(PlacementTable before, PlacementTable after) {
    int moves = 0;
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      TreeSet<NodeId> now = new TreeSet<>(after.groups().get(group));
      before.groups().get(group).forEach(now::remove);
      moves += now.size();
    }
    return moves;
  }

  @Test
  void copiesAndQuorumFollowTheNumberOfNodes() {
    PlacementTable one = Placement.plan(PlacementTable.NONE, nodes(1));
    assertThat(one.copies()).isEqualTo(1);
    assertThat(one.quorum()).isEqualTo(1);
    PlacementTable two = Placement.plan(one, nodes(1, 2));
    assertThat(two.copies()).isEqualTo(2);
    assertThat(two.quorum()).isEqualTo(2);
    PlacementTable five = Placement.plan(two, nodes(1, 2, 3, 4, 5));
    assertThat(five.copies()).isEqualTo(3);
    assertThat(five.quorum()).isEqualTo(2);
    assertThat(five.epoch()).isEqualTo(3);
    List.of(one, two, five).forEach(PlacementTest::check);
  }

  @Test
  void aNewNodeTakesItsShareAndNothingElseMoves() {
    PlacementTable three = Placement.plan(PlacementTable.NONE, nodes(1, 2, 3));
    PlacementTable four = Placement.plan(three, nodes(1, 2, 3, 4));
    check(four);
    assertThat(moves(three, four)).isEqualTo(FileLimits.GROUPS * 3 / 4);
    assertThat(moves(four, Placement.plan(four, nodes(4, 3, 2, 1)))).isZero();
  }

  @Test
  void aLostNodesShareIsAllThatMoves() {
    PlacementTable five = Placement.plan(PlacementTable.NONE, nodes(1, 2, 3, 4, 5));
    PlacementTable four = Placement.plan(five, nodes(1, 2, 4, 5));
    check(four);
    assertThat(moves(five, four)).isLessThanOrEqualTo(FileLimits.GROUPS * 3 / 5 + 2);
    PlacementTable replaced = Placement.plan(five, nodes(1, 2, 4, 5, 6));
    check(replaced);
    assertThat(moves(five, replaced)).isLessThanOrEqualTo(FileLimits.GROUPS * 3 / 5 + 1);
  }

  @Test
  void anyHistoryOfMembershipKeepsTheTableGood() {
    for (int seed = 1; seed <= 30; seed++) {
      Prng prng = new Prng(seed);
      PlacementTable table = PlacementTable.NONE;
      for (int change = 0; change < 20; change++) {
        TreeSet<NodeId> members = new TreeSet<>();
        int count = prng.between(1, 9);
        while (members.size() < count) {
          members.add(new NodeId(prng.between(1, 12)));
        }
        table = Placement.plan(table, List.copyOf(members));
        check(table);
      }
    }
  }

  @Test
  void onlyTheTableOfNowIsChanged() {
    Volume volume = new Volume();
    assertThat(set(volume, 1, nodes(1))).isEqualTo(Status.STALE);
    assertThat(set(volume, 0, nodes())).isEqualTo(Status.INVALID);
    assertThat(set(volume, 0, nodes(1, 1))).isEqualTo(Status.INVALID);
    assertThat(set(volume, 0, nodes(1))).isEqualTo(Status.OK);
    assertThat(set(volume, 0, nodes(1, 2))).isEqualTo(Status.STALE);
    assertThat(volume.table().epoch()).isEqualTo(1);
  }

  private static Status set(Volume volume, long epoch, List<NodeId> nodes) {
    return volume.call(SessionId.NONE, new FileCall.SetNodes(epoch, nodes)).status();
  }

  @Test
  void repairFetchesWhatIsMissingFromHoldersThatAreUp() {
    PlacementTable table = Placement.plan(PlacementTable.NONE, nodes(1, 2, 3));
    List<HeldBlock> must = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      must.add(new HeldBlock(new BlockId(i, 1, i), 10, 0));
    }
    RepairPlan.View view = new RepairPlan.View(new NodeId(3), table, node -> true);
    RepairPlan plan = RepairPlan.of(view, must, block -> block.seq() < 4, 3);
    assertThat(plan.missing()).isEqualTo(6);
    assertThat(plan.fetches()).hasSize(3);
    assertThat(plan.fetches().get(0).block()).isEqualTo(must.get(4));
    assertThat(plan.fetches().get(0).sources())
        .containsExactlyInAnyOrder(new NodeId(1), new NodeId(2));
    assertThat(plan.fetches().get(0).sources().getFirst())
        .isNotEqualTo(plan.fetches().get(1).sources().getFirst());
  }

  @Test
  void repairAsksOtherNodesToo() {
    PlacementTable table =
        new PlacementTable(2, nodes(1, 2, 3, 4), List.of(nodes(1, 2, 3), nodes(2, 3, 4)));
    List<HeldBlock> must = List.of(new HeldBlock(new BlockId(0, 1, 0), 10, 0));
    RepairPlan.View view = new RepairPlan.View(new NodeId(1), table, node -> node.value() > 2);
    RepairPlan plan = RepairPlan.of(view, must, block -> false, 3);
    assertThat(plan.fetches().getFirst().sources()).containsExactlyElementsOf(nodes(3, 4));
    RepairPlan.View late = new RepairPlan.View(new NodeId(1), table, node -> node.value() == 4);
    assertThat(RepairPlan.of(late, must, block -> false, 3).fetches().getFirst().sources())
        .containsExactlyElementsOf(nodes(4));
    RepairPlan.View alone = new RepairPlan.View(new NodeId(1), table, node -> false);
    plan = RepairPlan.of(alone, must, block -> false, 3);
    assertThat(plan.fetches()).isEmpty();
    assertThat(plan.missing()).isEqualTo(1);
  }
}
