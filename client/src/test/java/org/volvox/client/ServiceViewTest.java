package org.volvox.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.ServiceMessage;

/**
 * The rows that a program sees are those of one version of the table, and never of an older one.
 */
@Timeout(60)
class ServiceViewTest {
  private static final ServiceName CALC = ServiceName.of("Calc");
  private static final Duration LONG = Duration.ofSeconds(50);

  private final FakeLink cluster = new FakeLink();
  private final ServiceView view = new ServiceView(cluster);

  @AfterEach
  void close() {
    view.close();
  }

  private static ServiceRow row(long number, String where) {
    return new ServiceRow(
        CALC,
        new InstanceId(1, number),
        SessionId.NONE,
        "user:ada",
        "x.Calc",
        5,
        List.of(),
        true,
        "",
        0,
        where);
  }

  private static List<ServiceRow> rows(long... numbers) {
    return LongStream.of(numbers).mapToObj(each -> row(each, "")).toList();
  }

  private static ServiceMessage.Update all(long version, long... numbers) {
    return new ServiceMessage.Update(version, Duration.ZERO, true, false, rows(numbers), List.of());
  }

  private static ServiceMessage.Update changed(long version, List<ServiceRow> rows, long... gone) {
    List<ServiceRow.Key> keys = rows(gone).stream().map(ServiceRow::key).toList();
    return new ServiceMessage.Update(version, Duration.ZERO, false, false, rows, keys);
  }

  private static ServiceMessage.Update part(ServiceMessage.Update whole) {
    return new ServiceMessage.Update(
        whole.table(), whole.age(), whole.isAll(), true, whole.rows(), whole.gone());
  }

  /** Waits for a version. */
  private ServiceView.State at(long version) throws InterruptedException {
    ServiceView.State state = view.state();
    while (state.version() != version) state = view.awaitOther(state.version(), LONG);
    return state;
  }

  private static List<Long> numbers(ServiceView.State state) {
    return state.of(CALC).stream().map(each -> each.instance().low()).toList();
  }

  @Test
  void nothingIsThereBeforeANodeTellsAll() throws Exception {
    assertThat(view.state().isThere()).isFalse();
    assertThat(view.age()).isGreaterThan(Duration.ofDays(365));
    FakeUpdates node = cluster.nextOpened();
    assertThat(node.seen()).isEqualTo(ServiceMessage.NOTHING_SEEN);
    node.tell(all(5));
    assertThat(at(5).isThere()).isTrue();
    assertThat(numbers(view.state())).isEmpty();
    assertThat(view.age()).isLessThan(LONG);
  }

  @Test
  void changesAreAppliedInOrder() throws Exception {
    FakeUpdates node = cluster.nextOpened();
    node.tell(all(5, 1, 2));
    ServiceView.State five = at(5);
    node.tell(changed(6, rows(3), 1));
    node.tell(changed(7, List.of(row(2, "elsewhere")), 3));
    node.tell(changed(8, rows(1)));
    ServiceView.State eight = at(8);
    assertThat(numbers(eight)).containsExactly(1L, 2L);
    assertThat(eight.of(CALC).getLast().where()).isEqualTo("elsewhere");
    assertThat(numbers(five))
        .as("a state that somebody has does not change")
        .containsExactly(1L, 2L);
    assertThat(five.of(CALC).getLast().where()).isEmpty();
  }

  @Test
  void whatIsGoneIsNotFoundByNameOrPrefix() throws Exception {
    FakeUpdates node = cluster.nextOpened();
    node.tell(all(5, 1));
    assertThat(at(5).startingWith("/services/Ca")).hasSize(1);
    assertThat(view.state().startingWith("/services/Cb")).isEmpty();
    node.tell(changed(6, List.of(), 1));
    assertThat(at(6).startingWith("/services/")).isEmpty();
    assertThat(view.state().of(CALC)).isEmpty();
  }

  @Test
  void partsAreSeenTogetherOrNotAtAll() throws Exception {
    FakeUpdates node = cluster.nextOpened();
    node.tell(all(5, 1));
    at(5);
    node.tell(part(changed(6, rows(2), 1)));
    node.end();
    FakeUpdates next = cluster.nextOpened();
    assertThat(next.seen()).as("the half of it counts for nothing").isEqualTo(5);
    assertThat(numbers(view.state())).containsExactly(1L);
    next.tell(part(changed(6, rows(2))));
    next.tell(changed(6, rows(3), 1));
    assertThat(numbers(at(6))).containsExactly(2L, 3L);
  }

  @Test
  void aTickSaysThatAllIsStillSo() throws Exception {
    FakeUpdates node = cluster.nextOpened();
    node.tell(all(5, 1));
    ServiceView.State before = at(5);
    node.tell(changed(5, List.of()));
    node.tell(changed(6, List.of()));
    ServiceView.State after = at(6);
    assertThat(after.updates()).isEqualTo(before.updates() + 2);
    assertThat(after.heardNanos()).isGreaterThanOrEqualTo(before.heardNanos());
    assertThat(numbers(after)).containsExactly(1L);
  }

  @Test
  void anotherNodeGoesOnWhereTheFirstOneDied() throws Exception {
    FakeUpdates first = cluster.nextOpened();
    first.tell(all(5, 1));
    at(5);
    first.fail(new CallException(CallStatus.UNAVAILABLE, "it died"));
    first.awaitClosed();
    FakeUpdates second = cluster.nextOpened();
    assertThat(second.seen()).isEqualTo(5);
    assertThat(numbers(view.state())).as("what there was stays meanwhile").containsExactly(1L);
    second.tell(changed(6, rows(2)));
    assertThat(numbers(at(6))).containsExactly(1L, 2L);
  }

  /** Who was away for too long to be told the changes is told all. */
  @Test
  void afterAGapAllIsToldAnew() throws Exception {
    FakeUpdates node = cluster.nextOpened();
    node.tell(all(5, 1, 2));
    at(5);
    node.end();
    FakeUpdates again = cluster.nextOpened();
    assertThat(again.seen()).isEqualTo(5);
    again.tell(all(900, 2, 9));
    assertThat(numbers(at(900))).as("1 went meanwhile").containsExactly(2L, 9L);
    again.tell(changed(901, List.of(), 9));
    assertThat(numbers(at(901))).containsExactly(2L);
  }

  @Test
  void aNodeThatIsCutOffIsLeftForAnother() throws Exception {
    FakeUpdates cutOff = cluster.nextOpened();
    cutOff.tell(
        new ServiceMessage.Update(5, Duration.ofSeconds(4), true, false, rows(1), List.of()));
    cutOff.awaitClosed();
    assertThat(numbers(at(5))).as("better than nothing").containsExactly(1L);
    assertThat(view.age()).isGreaterThanOrEqualTo(Duration.ofSeconds(4));
    FakeUpdates other = cluster.nextOpened();
    assertThat(other.node()).isNotEqualTo(cutOff.node());
    assertThat(other.seen()).isEqualTo(5);
  }

  @Test
  void whatCannotBeReadIsLeftForAnother() throws Exception {
    FakeUpdates garbled = cluster.nextOpened();
    garbled.tell(Bytes.utf8("?"));
    garbled.awaitClosed();
    FakeUpdates other = cluster.nextOpened();
    assertThat(List.of(garbled.node(), other.node()))
        .containsExactlyInAnyOrderElementsOf(FakeLink.NODES);
    other.tell(all(5, 1));
    assertThat(numbers(at(5))).containsExactly(1L);
  }

  @Test
  void theEndWakesWhoWaitsAndEndsTheCall() throws Exception {
    FakeUpdates node = cluster.nextOpened();
    node.tell(all(5, 1));
    at(5);
    Thread closer = Thread.startVirtualThread(view::close);
    ServiceView.State last = view.awaitOther(5, LONG);
    closer.join();
    assertThat(last.version()).isEqualTo(5);
    assertThat(view.isClosed()).isTrue();
    node.awaitClosed();
  }
}
