package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.RiskReport;
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
      loads.add(
          (int) table.groups().stream().filter(group -> group.targets().contains(node)).count());
    }
    loads.sort(Integer::compare);
    assertThat(loads.getLast() - loads.getFirst()).isLessThanOrEqualTo(1);
    for (PlacementTable.Group group : table.groups()) {
      assertThat(group.targets()).hasSize(table.copies()).doesNotHaveDuplicates();
      assertThat(table.nodes()).containsAll(group.targets());
      assertThat(group.holders()).isNotEmpty().doesNotHaveDuplicates();
    }
  }

  private static int moves(PlacementTable before, PlacementTable after) {
    int moves = 0;
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      TreeSet<NodeId> now = new TreeSet<>(after.groups().get(group).targets());
      before.groups().get(group).targets().forEach(now::remove);
      moves += now.size();
    }
    return moves;
  }

  @Test
  void copiesAndQuorumFollowTheNumberOfNodes() {
    PlacementTable one = Placement.plan(PlacementTable.NONE, nodes(1));
    assertThat(one.copies()).isEqualTo(1);
    assertThat(quorum(one)).isEqualTo(1);
    PlacementTable two = allComplete(Placement.plan(one, nodes(1, 2)));
    assertThat(two.copies()).isEqualTo(2);
    assertThat(quorum(two)).isEqualTo(2);
    PlacementTable five = allComplete(Placement.plan(two, nodes(1, 2, 3, 4, 5)));
    assertThat(five.copies()).isEqualTo(3);
    assertThat(quorum(five)).isEqualTo(2);
    List.of(one, two, five).forEach(PlacementTest::check);
  }

  private static int quorum(PlacementTable table) {
    return table.groups().getFirst().quorum();
  }

  /** All that is to be fetched has been. */
  private static PlacementTable allComplete(PlacementTable table) {
    PlacementTable now = table;
    for (NodeId node : table.nodes()) {
      now = Placement.completed(now, node);
    }
    return now;
  }

  @Test
  void whoeverIsNamedFirstHoldsAtOnce() {
    PlacementTable table = Placement.plan(PlacementTable.NONE, nodes(1, 2, 3));
    assertThat(table.groups()).allMatch(group -> group.holders().equals(group.targets()));
    assertThat(table.isComplete(new NodeId(1))).isFalse();
  }

  @Test
  void aNewNodeCountsOnlyWhenItHasAllAndTheOldOneUntilThen() {
    PlacementTable three = Placement.plan(PlacementTable.NONE, nodes(1, 2, 3));
    PlacementTable replacing = Placement.plan(three, nodes(1, 2, 4));
    assertThat(replacing.epoch()).isEqualTo(2);
    for (PlacementTable.Group group : replacing.groups()) {
      assertThat(group.holders()).containsExactlyInAnyOrderElementsOf(nodes(1, 2, 3));
      assertThat(group.assigned()).containsExactlyInAnyOrderElementsOf(nodes(1, 2, 3, 4));
    }
    assertThat(replacing.everyone()).containsExactlyElementsOf(nodes(1, 2, 3, 4));
    PlacementTable replaced = Placement.completed(replacing, new NodeId(4));
    assertThat(replaced.epoch()).isEqualTo(3);
    assertThat(replaced.isComplete(new NodeId(4))).isFalse(); // Of the epoch before.
    for (PlacementTable.Group group : replaced.groups()) {
      assertThat(group.holders()).containsExactlyInAnyOrderElementsOf(nodes(1, 2, 4));
    }
    assertThat(replaced.everyone()).containsExactlyElementsOf(nodes(1, 2, 4));
    PlacementTable again = Placement.completed(replaced, new NodeId(4));
    assertThat(again.epoch()).isEqualTo(3);
    assertThat(again.isComplete(new NodeId(4))).isTrue();
  }

  @Test
  void growingNeverWaitsForTheNewNode() {
    PlacementTable one = Placement.plan(PlacementTable.NONE, nodes(1));
    PlacementTable growing = Placement.plan(one, nodes(1, 2, 3));
    assertThat(quorum(growing)).isEqualTo(1);
    assertThat(growing.groups()).allMatch(group -> group.holders().equals(nodes(1)));
    PlacementTable two = Placement.completed(growing, new NodeId(3));
    assertThat(two.groups()).allMatch(group -> group.holders().equals(nodes(1, 3)));
    assertThat(quorum(two)).isEqualTo(2);
  }

  @Test
  void aNodeThatLeavesHoldsNothingOnceTheOthersAreEnough() {
    PlacementTable three = Placement.plan(PlacementTable.NONE, nodes(1, 2, 3));
    PlacementTable two = Placement.plan(three, nodes(1, 2));
    assertThat(two.everyone()).containsExactlyElementsOf(nodes(1, 2));
    assertThat(two.groups())
        .allMatch(group -> !Placement.isSafeWithout(two, group, new NodeId(3), List.of()));
    PlacementTable first = Placement.completed(two, new NodeId(1));
    PlacementTable both = Placement.completed(first, new NodeId(2));
    assertThat(both.epoch()).isEqualTo(two.epoch());
    for (PlacementTable.Group group : both.groups()) {
      assertThat(Placement.isSafeWithout(first, group, new NodeId(3), List.of())).isFalse();
      assertThat(Placement.isSafeWithout(both, group, new NodeId(3), List.of())).isTrue();
      assertThat(Placement.isSafeWithout(both, group, new NodeId(3), nodes(2))).isFalse();
      assertThat(Placement.isSafeWithout(both, group, new NodeId(1), List.of())).isFalse();
    }
  }

  @Test
  void theReportOfRiskCountsTheBlocksOfGroupsThatWantCopies() {
    Volume volume = new Volume();
    volume.setNodes(nodes(1, 2, 3));
    volume.upload("/f", 70);
    volume.setNodes(nodes(1, 2));
    RiskReport all = risk(volume, new NodeId(3), List.of());
    assertThat(all.groups()).isEqualTo(FileLimits.GROUPS);
    assertThat(all.blocks()).isEqualTo(70);
    assertThat(all.first()).contains(volume.heldBy(new NodeId(1)).blocks().getFirst().block());
    complete(volume, new NodeId(1), Status.OK);
    complete(volume, new NodeId(2), Status.OK);
    assertThat(risk(volume, new NodeId(3), List.of()))
        .isEqualTo(new RiskReport(0, 0, Optional.empty()));
    assertThat(risk(volume, new NodeId(3), nodes(2)).blocks()).isEqualTo(70);
    complete(volume, new NodeId(3), Status.INVALID);
    assertThat(
            volume
                .call(
                    SessionId.NONE,
                    new FileCall.Complete(new NodeId(1), volume.table().epoch() - 1))
                .status())
        .isEqualTo(Status.STALE);
  }

  private static void complete(Volume volume, NodeId node, Status expected) {
    FileCall call = new FileCall.Complete(node, volume.table().epoch());
    assertThat(volume.call(SessionId.NONE, call).status()).isEqualTo(expected);
  }

  private static RiskReport risk(Volume volume, NodeId leaving, List<NodeId> silent) {
    Bytes body = Volume.ok(volume.ask(new FileAsk.AtRisk(leaving, silent)));
    return Volume.must(() -> RiskReport.decode(body));
  }

  @Test
  void aTableOfTheFirstVersionIsRead() throws MalformedException {
    ByteWriter out = new ByteWriter().u8(1).u64(7);
    out.u32(2).u16(1).u16(2).u32(1).u32(2).u16(2).u16(1);
    PlacementTable read = PlacementTable.decode(out.toBytes());
    assertThat(read)
        .isEqualTo(
            new PlacementTable(
                7,
                nodes(1, 2),
                List.of(new PlacementTable.Group(nodes(2, 1), nodes(2, 1))),
                List.of()));
    assertThat(PlacementTable.decode(read.encode())).isEqualTo(read);
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
  void repairBeginsWithWhatClientsWaitForThenTheFewestCopiesThenTheMostRead() {
    List<PlacementTable.Group> groups =
        List.of(
            new PlacementTable.Group(nodes(2, 3, 4), nodes(1, 2, 3)),
            new PlacementTable.Group(nodes(2, 3, 4), nodes(1, 2, 3)),
            new PlacementTable.Group(nodes(2, 4, 5), nodes(1, 2, 4)),
            new PlacementTable.Group(nodes(1, 4, 5), nodes(1, 4, 5)));
    PlacementTable table = new PlacementTable(2, nodes(1, 2, 3, 4, 5), groups, List.of());
    List<HeldBlock> lacking = new ArrayList<>();
    for (int group = 0; group < 5; group++) {
      lacking.add(new HeldBlock(new BlockId(group, 1, group), 10, 0));
    }
    RepairPlan.View view =
        new RepairPlan.View(
            new NodeId(1), table, node -> node.value() < 5, group -> group == 1 ? 7 : 0);
    List<Integer> order =
        RepairPlan.ordered(view, lacking).stream().map(held -> held.block().group()).toList();
    // Group 3 waits for node 1; of group 4, which no table has, nobody has a copy.
    assertThat(order).containsExactly(3, 4, 2, 1, 0);
    assertThat(RepairPlan.isUrgent(view, 3)).isTrue();
    assertThat(RepairPlan.isUrgent(view, 2)).isFalse();
    assertThat(RepairPlan.isUrgent(view, 4)).isFalse();
  }
}
