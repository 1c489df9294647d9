package org.volvox.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.base.syscall.CopiesReport;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.message.DiskState;
import org.volvox.calls.message.MemberMessage;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.cluster.Findings.Finding;
import org.volvox.cli.cluster.Findings.Known;
import org.volvox.cli.cluster.Findings.Weight;

class FindingsTest {
  private static final CopiesReport ALL_THERE = new CopiesReport(3, List.of());
  private static final DiskState ROOMY = new DiskState(1 << 30, 64, false, 0, 0, 0, 0, 0, 0);

  /** A node, as a test wants it. */
  private record Made(int id, boolean isUp, long applied, String links, String snapshot) {
    static Made up(int id) {
      return new Made(id, true, 50_000, "", "");
    }

    static Made down(int id) {
      return new Made(id, false, 50_000, "", "");
    }

    NodeStatus with(DiskState disk, long missing) {
      NodeId leader = new NodeId(1);
      boolean leads = id == 1;
      return new NodeStatus(
          new NodeId(id),
          "127.0.0." + id + ":7600",
          leads ? NodeStatus.Role.LEADER : NodeStatus.Role.FOLLOWER,
          isUp,
          new Term(3),
          Optional.of(leader),
          new LogIndex(50_000),
          new Term(3),
          new LogIndex(50_000),
          new LogIndex(applied),
          0,
          missing,
          1,
          1,
          isUp ? 0 : 1,
          links,
          new NodeStatus.LogState(LogIndex.ZERO, 0, snapshot),
          disk,
          NodeStatus.Healing.UNKNOWN);
    }

    NodeStatus status() {
      return with(ROOMY, 0);
    }
  }

  private static MemberMessage.Answer voters(int count) {
    List<MemberMessage.Row> rows =
        IntStream.rangeClosed(1, count)
            .mapToObj(id ->
                new MemberMessage.Row(
                    new NodeId(id), "", MemberMessage.Kind.VOTER, 1, Optional.empty(), false, true))
            .toList();
    return new MemberMessage.Answer(MemberMessage.Verdict.DONE, "", count, false, rows);
  }

  private static Known known(NodeStatus... nodes) {
    return new Known(List.of(nodes), voters(nodes.length), PlacementTable.NONE, ALL_THERE);
  }

  private static List<String> told(Known known) {
    return Findings.of(known).stream().map(each -> each.weight() + " " + each.what()).toList();
  }

  @Test
  void nothingIsSaidWhenAllIsWell() {
    assertThat(told(known(Made.up(1).status(), Made.up(2).status(), Made.up(3).status())))
        .isEmpty();
    assertThat(told(known(Made.up(1).status()))).isEmpty();
  }

  @Test
  void withoutAQuorumThatComesFirst() {
    List<Finding> found =
        Findings.of(known(Made.up(1).status(), Made.down(2).status(), Made.down(3).status()));
    assertThat(found.getFirst())
        .isEqualTo(
            new Finding(
                Weight.BROKEN,
                "no quorum: 1 of 3 voters up, 2 needed; nothing can be written, and reads want --stale",
                "start n2 or n3: volvox node start n2"));
    assertThat(found).hasSize(3);
    assertThat(found.get(2).what()).startsWith("n3 is down since 1970-01-01T");
    assertThat(found.get(2).todo())
        .isEqualTo("volvox node start n3, or if it is lost for good: volvox node replace n3");
  }

  @Test
  void theLastMajorityIsARisk() {
    assertThat(told(known(Made.up(1).status(), Made.up(2).status(), Made.down(3).status())))
        .first()
        .isEqualTo("AT_RISK 2 of 3 voters up: one more lost stops all writes");
    assertThat(Findings.of(known(Made.up(1).status(), Made.up(2).status())))
        .containsExactly(
            new Finding(
                Weight.AT_RISK,
                "2 of 2 voters up: one more lost stops all writes",
                "a third voter would make it safe: volvox node add --voter"));
  }

  @Test
  void aMajorityThatFollowsNobodyIsSaid() {
    assertThat(told(known(Made.up(2).status(), Made.up(3).status(), Made.up(4).status())))
        .containsExactly("BROKEN no leader that a majority follows, though 3 voters are up");
  }

  @Test
  void eachNodesTroublesAreSaid() {
    DiskState full = new DiskState(60, 64, true, 0, 0, 0, 0, 0, 0);
    DiskState nearly = new DiskState(100, 64, false, 0, 0, 0, 0, 5, 3);
    assertThat(
            told(
                known(
                    Made.up(1).with(full, 0),
                    new Made(2, true, 30_000, "cut n3", "").with(nearly, 0),
                    new Made(3, true, 0, "", "fetches a snapshot").with(ROOMY, 7))))
        .containsExactly(
            "BROKEN the disk of n1 is full (60 B left): it takes no blocks",
            "BROKEN links of n2: cut n3",
            "AT_RISK the disk of n2 is nearly full: 100 B left",
            "AT_RISK 2 blocks on n2 damaged and not written again yet",
            "AT_RISK n2 is 20000 entries of the log behind",
            "PASSING n3: fetches a snapshot",
            "PASSING 7 blocks on their way");
  }

  @Test
  void copiesThatLackAreSaid() {
    CopiesReport copies =
        new CopiesReport(3, List.of(new CopiesReport.Row(0, 1), new CopiesReport.Row(2, 40)));
    Known all = known(Made.up(1).status(), Made.up(2).status(), Made.up(3).status());
    assertThat(told(new Known(all.nodes(), all.members(), all.placement(), copies)))
        .containsExactly(
            "BROKEN 1 block on no node that is up", "AT_RISK 40 blocks with 2 of 3 copies");
  }

  @Test
  void whoComesAndGoesPasses() {
    List<MemberMessage.Row> rows = new ArrayList<>(voters(3).rows());
    rows.add(row(4, MemberMessage.Kind.JOINING, Optional.empty(), false));
    rows.add(row(5, MemberMessage.Kind.LEARNER, Optional.of(new NodeId(2)), false));
    rows.add(row(6, MemberMessage.Kind.LEARNER, Optional.empty(), true));
    MemberMessage.Answer members =
        new MemberMessage.Answer(MemberMessage.Verdict.DONE, "", 6, false, rows);
    PlacementTable table =
        new PlacementTable(
            1,
            List.of(),
            List.of(),
            List.of(),
            PlacementTable.Care.DEFAULT.withDraining(List.of(new NodeId(3))));
    List<NodeStatus> nodes =
        IntStream.rangeClosed(1, 6).mapToObj(id -> Made.up(id).status()).toList();
    assertThat(told(new Known(nodes, members, table, ALL_THERE)))
        .containsExactly(
            "PASSING n3 is drained: it can be stopped",
            "PASSING n4 catches up, and votes then",
            "PASSING n5 takes the place of n2",
            "PASSING n6 is leaving");
  }

  private static MemberMessage.Row row(
      int id, MemberMessage.Kind kind, Optional<NodeId> replaces, boolean isLeaving) {
    return new MemberMessage.Row(new NodeId(id), "", kind, 1, replaces, isLeaving, true);
  }
}
