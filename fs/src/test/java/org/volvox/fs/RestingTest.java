package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.BlockPage;
import org.volvox.base.syscall.CopiesReport;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.Status;
import org.volvox.fs.Resting.Seen;

class RestingTest {
  private static final Duration AFTER = Duration.ofSeconds(100);

  private static List<NodeId> nodes(int... ids) {
    List<NodeId> nodes = new ArrayList<>();
    for (int id : ids) {
      nodes.add(new NodeId(id));
    }
    return nodes;
  }

  private static PlacementTable table(int count) {
    List<NodeId> nodes = new ArrayList<>();
    for (int id = 1; id <= count; id++) {
      nodes.add(new NodeId(id));
    }
    return Placement.plan(PlacementTable.NONE, nodes);
  }

  /** All are steady but these. */
  private static List<NodeId> choose(PlacementTable table, Seen seen, int... ids) {
    List<NodeId> those = nodes(ids);
    return Resting.choose(table, node -> those.contains(node) ? seen : Seen.STEADY);
  }

  private static PlacementTable draining(PlacementTable table, int... ids) {
    return table.with(table.care().withDraining(nodes(ids)));
  }

  @Test
  void nobodyRestsWhereNobodyCouldTakeOver() {
    assertThat(choose(table(1), Seen.GONE, 1)).isEmpty();
    assertThat(choose(table(3), Seen.GONE, 2)).isEmpty();
    assertThat(choose(draining(table(3), 2), Seen.GONE)).isEmpty();
    assertThat(choose(draining(table(2), 1, 2), Seen.GONE)).isEmpty();
    assertThat(choose(draining(table(2), 1, 2), Seen.SILENT, 1, 2)).hasSize(1);
  }

  @Test
  void aNodeThatIsGoneRestsAndReturnsWhenItIsSteady() {
    PlacementTable four = table(4);
    assertThat(choose(four, Seen.SILENT, 2)).isEmpty();
    assertThat(choose(four, Seen.GONE, 2)).isEqualTo(nodes(2));
    PlacementTable away = Placement.rested(four, nodes(2));
    assertThat(away.care().isAway(new NodeId(2))).isTrue();
    assertThat(choose(away, Seen.SILENT, 2)).isEqualTo(nodes(2)); // By a new leader, too.
    assertThat(choose(away, Seen.BACK, 2)).isEqualTo(nodes(2));
    assertThat(choose(away, Seen.STEADY, 2)).isEmpty();
  }

  @Test
  void oneThatIsBackIsWantedAtOnceWhereThereAreTooFew() {
    PlacementTable away = Placement.rested(table(4), nodes(2));
    PlacementTable three = Placement.plan(away, nodes(1, 2, 3));
    assertThat(three.care().resting()).isEqualTo(nodes(2));
    assertThat(choose(three, Seen.GONE, 2)).isEqualTo(nodes(2));
    assertThat(choose(three, Seen.BACK, 2)).isEmpty();
  }

  @Test
  void massSilenceMovesNothing() {
    assertThat(choose(table(5), Seen.GONE, 1, 2)).isEqualTo(nodes(1, 2));
    assertThat(choose(table(5), Seen.GONE, 1, 2, 3)).isEmpty();
    assertThat(choose(table(7), Seen.GONE, 1, 2, 3)).isEqualTo(nodes(1, 2, 3));
    assertThat(choose(table(9), Seen.GONE, 1, 2, 3, 4)).isEmpty();
    PlacementTable away = Placement.rested(table(9), nodes(1, 2));
    assertThat(choose(away, Seen.GONE, 1, 2, 3, 4)).isEqualTo(nodes(1, 2));
  }

  @Test
  void drainedNodesMayBeOffAndAreNoReasonToDoNothing() {
    PlacementTable drained = Placement.rested(draining(table(7), 1, 2, 3), nodes(1, 2, 3));
    Resting.View view =
        node -> node.value() <= 2 ? Seen.GONE : node.value() == 7 ? Seen.GONE : Seen.STEADY;
    assertThat(Resting.choose(drained, view)).isEqualTo(nodes(1, 2, 3, 7));
    assertThat(drained.care().isAway(new NodeId(1))).isFalse();
  }

  @Test
  void whoRestsIsReplacedAndFindsItsOwnGroupsAgain() {
    PlacementTable five = table(5);
    PlacementTable away = Placement.rested(five, nodes(2));
    int changed = 0;
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      PlacementTable.Group before = five.groups().get(group);
      PlacementTable.Group after = away.groups().get(group);
      assertThat(after.home()).isEqualTo(before.home());
      assertThat(after.targets()).hasSize(3).doesNotHaveDuplicates().doesNotContain(new NodeId(2));
      assertThat(after.holders()).isEqualTo(before.holders());
      TreeSet<NodeId> moved = new TreeSet<>(after.targets());
      before.targets().forEach(moved::remove);
      assertThat(moved).hasSize(before.targets().contains(new NodeId(2)) ? 1 : 0);
      changed += moved.size();
    }
    assertThat(changed).isBetween(38, 39);
    PlacementTable healed = away;
    for (NodeId node : nodes(1, 3, 4, 5, 1, 3, 4, 5)) {
      healed = Placement.completed(healed, node);
    }
    assertThat(healed.isAssigned(new NodeId(2))).isFalse();
    PlacementTable back = Placement.rested(healed, List.of());
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      assertThat(back.groups().get(group).targets()).isEqualTo(five.groups().get(group).targets());
      // It counts again only when it has what it missed.
      assertThat(back.groups().get(group).holders()).doesNotContain(new NodeId(2));
    }
  }

  @Test
  void whoTookOverGoesOnWhenAnotherGoesToo() {
    PlacementTable one = Placement.rested(table(6), nodes(2));
    PlacementTable two = Placement.rested(one, nodes(2, 3));
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      if (!one.groups().get(group).targets().contains(new NodeId(3))) {
        assertThat(two.groups().get(group).targets())
            .containsExactlyInAnyOrderElementsOf(one.groups().get(group).targets());
      }
    }
    assertThat(two.groups()).allMatch(group -> group.targets().size() == 3);
  }

  @Test
  void aNodeThatReturnsWhileTheNodesChangeKeepsItsGroups() {
    PlacementTable away = Placement.rested(table(5), nodes(2));
    for (NodeId node : nodes(1, 3, 4, 5)) {
      away = Placement.completed(away, node);
    }
    PlacementTable grown = Placement.plan(away, nodes(1, 2, 3, 4, 5, 6));
    int kept = 0;
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      boolean wasHome = away.groups().get(group).home().contains(new NodeId(2));
      boolean isHome = grown.groups().get(group).home().contains(new NodeId(2));
      assertThat(isHome && !wasHome).isFalse();
      kept += isHome ? 1 : 0;
    }
    assertThat(kept).isGreaterThanOrEqualTo(FileLimits.GROUPS * 3 / 6);
    assertThat(grown.care().resting()).isEqualTo(nodes(2));
    assertThat(Placement.plan(grown, nodes(2)).care().resting()).isEmpty();
  }

  @Test
  void theStateTakesWhatItIsToldAndRefusesTheRest() {
    Volume volume = new Volume();
    volume.setNodes(nodes(1, 2, 3, 4));
    assertThat(rest(volume, 9, nodes(1))).isEqualTo(Status.STALE);
    assertThat(rest(volume, 1, nodes(7))).isEqualTo(Status.INVALID);
    assertThat(rest(volume, 1, nodes(1, 2, 3, 4))).isEqualTo(Status.INVALID);
    assertThat(rest(volume, 1, nodes(4))).isEqualTo(Status.OK);
    assertThat(volume.table().care().resting()).isEqualTo(nodes(4));
    assertThat(tell(volume, new FileCall.Drain(new NodeId(9), true))).isEqualTo(Status.NOT_FOUND);
    assertThat(tell(volume, new FileCall.Drain(new NodeId(4), true))).isEqualTo(Status.OK);
    assertThat(tell(volume, new FileCall.Drain(new NodeId(4), true))).isEqualTo(Status.OK);
    assertThat(volume.table().care().draining()).isEqualTo(nodes(4));
    assertThat(volume.table().epoch()).isEqualTo(2);
    assertThat(tell(volume, new FileCall.SetHealing(1, 1 << 20))).isEqualTo(Status.INVALID);
    assertThat(tell(volume, new FileCall.SetHealing(5000, 1))).isEqualTo(Status.INVALID);
    assertThat(tell(volume, new FileCall.SetHealing(5000, 1 << 20))).isEqualTo(Status.OK);
    assertThat(volume.table().care().healAfterMillis()).isEqualTo(5000);
    assertThat(tell(volume, new FileCall.Drain(new NodeId(4), false))).isEqualTo(Status.OK);
    assertThat(volume.table().care().draining()).isEmpty();
    volume.setNodes(nodes(1, 2, 3));
    assertThat(volume.table().care().resting()).isEmpty();
  }

  private static Status rest(Volume volume, long epoch, List<NodeId> nodes) {
    return tell(volume, new FileCall.SetResting(epoch, nodes));
  }

  private static Status tell(Volume volume, FileCall call) {
    return volume.call(SessionId.NONE, call).status();
  }

  @Test
  void whatANodeNeedNotHaveIsSpareOnlyWhenAllOthersAreComplete() {
    Volume volume = new Volume();
    volume.setNodes(nodes(1, 2, 3, 4));
    volume.upload("/f", 70);
    completeAll(volume, 1, 2, 3, 4);
    assertThat(spares(volume)).containsExactly(17, 17, 18, 18);
    rest(volume, volume.table().epoch(), nodes(4));
    assertThat(spares(volume)).containsExactly(0, 0, 0, 0);
    completeAll(volume, 1, 2, 3);
    // One that rests keeps its own, and no others.
    assertThat(spares(volume)).containsExactly(0, 0, 0, 18);
    rest(volume, volume.table().epoch(), nodes());
    assertThat(spares(volume)).containsExactly(0, 0, 0, 0);
    completeAll(volume, 1, 2, 3, 4);
    assertThat(spares(volume)).containsExactly(17, 17, 18, 18);
    tell(volume, new FileCall.Lacks(new NodeId(1)));
    tell(volume, new FileCall.Lacks(new NodeId(1)));
    assertThat(volume.table().wasComplete(new NodeId(1))).isFalse();
    // All but what node 1 is not asked for.
    assertThat(spares(volume)).containsExactly(17, 0, 0, 0);
  }

  /** Each says it until nobody's saying so changes who holds what. */
  private static void completeAll(Volume volume, int... ids) {
    for (int round = 0; round < 6; round++) {
      for (NodeId node : nodes(ids)) {
        tell(volume, new FileCall.Complete(node, volume.table().epoch()));
      }
    }
  }

  private static List<Integer> spares(Volume volume) {
    return nodes(1, 2, 3, 4).stream()
        .map(node -> spare(volume, node.value()).blocks().size())
        .toList();
  }

  private static BlockPage spare(Volume volume, int node) {
    FileAsk ask = new FileAsk.Spare(new NodeId(node), Optional.empty(), 4096);
    Bytes body = Volume.ok(volume.ask(ask));
    return Volume.must(() -> BlockPage.decode(body));
  }

  @Test
  void theReportOfCopiesCountsWhatIsThere() {
    Volume volume = new Volume();
    volume.setNodes(nodes(1, 2, 3));
    volume.upload("/f", 70);
    assertThat(copies(volume).rows()).containsExactly(new CopiesReport.Row(0, 70));
    for (NodeId node : nodes(1, 2, 3)) {
      tell(volume, new FileCall.Complete(node, volume.table().epoch()));
    }
    assertThat(copies(volume)).isEqualTo(new CopiesReport(3, List.of()));
    assertThat(copies(volume, 2).rows()).containsExactly(new CopiesReport.Row(2, 70));
    assertThat(copies(volume, 2, 3).rows()).containsExactly(new CopiesReport.Row(1, 70));
    assertThat(copies(volume, 2, 3).blocks()).isEqualTo(70);
  }

  private static CopiesReport copies(Volume volume, int... silent) {
    Bytes body = Volume.ok(volume.ask(new FileAsk.Copies(nodes(silent))));
    return Volume.must(() -> CopiesReport.decode(body));
  }

  @Test
  void onlyWhatWasSeenCountsAsSilence() {
    Absences absences = new Absences();
    List<NodeId> two = nodes(1, 2);
    NodeId node = new NodeId(2);
    MonoTime now = new MonoTime(5_000_000_000L);
    absences.observe(now, two, each -> each.value() == 1);
    assertThat(absences.of(node, AFTER)).isEqualTo(Seen.SILENT);
    // An hour in which the observer stood still is a second of silence.
    now = now.plus(Duration.ofHours(1));
    absences.observe(now, two, each -> each.value() == 1);
    assertThat(absences.of(node, AFTER)).isEqualTo(Seen.SILENT);
    now = look(absences, now, AFTER.minusSeconds(2), false);
    assertThat(absences.of(node, AFTER)).isEqualTo(Seen.SILENT);
    now = look(absences, now, Duration.ofSeconds(1), false);
    assertThat(absences.of(node, AFTER)).isEqualTo(Seen.GONE);
    absences.clear();
    look(absences, now, AFTER.minusSeconds(1), false);
    assertThat(absences.of(node, AFTER)).isEqualTo(Seen.SILENT);
  }

  private static MonoTime look(Absences absences, MonoTime from, Duration span, boolean isUp) {
    MonoTime now = from;
    for (long millis = 0; millis < span.toMillis(); millis += 200) {
      now = now.plus(Duration.ofMillis(200));
      absences.observe(now, nodes(1, 2), node -> isUp || node.value() == 1);
    }
    return now;
  }

  @Test
  void aNodeThatFlapsIsReliedUponLaterAndLater() {
    Absences absences = new Absences();
    NodeId node = new NodeId(2);
    MonoTime now = look(absences, MonoTime.ZERO, Duration.ofSeconds(1), true);
    List<Long> seconds = new ArrayList<>();
    for (int round = 0; round < 9; round++) {
      now = look(absences, now, AFTER.plusSeconds(1), false);
      assertThat(absences.of(node, AFTER)).isEqualTo(Seen.GONE);
      absences.wentAway(node);
      long waited = 0;
      while (absences.of(node, AFTER) != Seen.STEADY) {
        now = look(absences, now, Duration.ofSeconds(1), true);
        waited++;
      }
      seconds.add(waited);
    }
    assertThat(seconds).containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 320L, 320L, 320L);
    now = look(absences, now, AFTER.multipliedBy(20), true);
    assertThat(absences.of(node, AFTER)).isEqualTo(Seen.STEADY);
    now = look(absences, now, AFTER.plusSeconds(1), false);
    absences.wentAway(node);
    look(absences, now, Duration.ofSeconds(10), true);
    assertThat(absences.of(node, AFTER)).isEqualTo(Seen.STEADY);
    assertThat(absences.of(new NodeId(9), AFTER)).isEqualTo(Seen.SILENT);
  }

  @Test
  void readsCoolDown() {
    ReadHeat heat = new ReadHeat(MonoTime.ZERO);
    MonoTime now = MonoTime.ZERO;
    heat.read(3, now);
    heat.read(3, now);
    heat.read(FileLimits.GROUPS, now); // Of a newer version: not counted.
    TreeMap<Integer, Integer> seen = new TreeMap<>();
    for (int minute : new int[] {0, 1, 2, 11, 90}) {
      seen.put(minute, heat.now(now.plus(ReadHeat.HALF_LIFE.multipliedBy(minute))).get(3));
    }
    assertThat(seen)
        .containsExactly(
            Map.entry(0, 2048),
            Map.entry(1, 1024),
            Map.entry(2, 512),
            Map.entry(11, 1),
            Map.entry(90, 0));
    assertThat(heat.now(now)).hasSize(FileLimits.GROUPS);
  }
}
