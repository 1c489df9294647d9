package org.volvox.client.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.KeyWatchMessage.Update;
import org.volvox.client.VolvoxException;

/** Each change comes once, in order and whole, whichever nodes tell it. */
@Timeout(60)
class KeyWatchTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  private final FakeKeys cluster = new FakeKeys().withoutWatches();
  private final KeyWatch watch = cluster.space().watch(KeyRange.ALL, 5, false);

  @AfterEach
  void close() {
    watch.close();
  }

  private static KeyEvent event(String key, long revision) {
    KeyRow row = new KeyRow(Bytes.utf8(key), Bytes.EMPTY, revision, revision, 1, 0);
    return new KeyEvent(false, row, Optional.empty());
  }

  private static Update changes(long revision, String... keys) {
    List<KeyEvent> events = Stream.of(keys).map(key -> event(key, revision)).toList();
    return new Update.Changes(revision, events, false);
  }

  private static Update piece(long revision, String... keys) {
    List<KeyEvent> events = Stream.of(keys).map(key -> event(key, revision)).toList();
    return new Update.Changes(revision, events, true);
  }

  private String next() throws Exception {
    return shown(watch.take());
  }

  /** As {@code 5: a b}. */
  private static String shown(KeyChanges changes) {
    List<String> keys = changes.events().stream().map(each -> each.row().key().utf8()).toList();
    return changes.revision() + ": " + String.join(" ", keys);
  }

  @Test
  void itAsksFromTheWantedRevisionAndGivesWholeRevisionsInOrder() throws Exception {
    FakeWatchCall node = cluster.nextOpened();
    assertThat(node.request().from()).isEqualTo(5);
    assertThat(node.request().space()).isEqualTo(FakeKeys.ID);
    node.tell(changes(5, "a"));
    node.tell(changes(8, "b", "c"));
    assertThat(next()).isEqualTo("5: a");
    assertThat(next()).isEqualTo("8: b c");
    assertThat(watch.next()).isEqualTo(9);
  }

  @Test
  void aSignOfLifeIsNoChangeAndMovesOn() throws Exception {
    FakeWatchCall node = cluster.nextOpened();
    node.tell(changes(20));
    node.end();
    assertThat(cluster.nextOpened().request().from()).isEqualTo(21);
    assertThat(watch.poll(Duration.ofMillis(1))).isEmpty();
  }

  @Test
  void piecesOfARevisionAreGivenTogether() throws Exception {
    FakeWatchCall node = cluster.nextOpened();
    node.tell(piece(6, "a"));
    node.tell(piece(6, "b"));
    assertThat(watch.poll(Duration.ofMillis(50))).isEmpty();
    node.tell(changes(6, "c"));
    assertThat(next()).isEqualTo("6: a b c");
  }

  @Test
  void halfARevisionOfANodeThatDiesCountsForNothing() throws Exception {
    FakeWatchCall first = cluster.nextOpened();
    first.tell(changes(5, "a"));
    first.tell(piece(6, "b"));
    first.fail(CallStatus.UNAVAILABLE);
    FakeWatchCall second = cluster.nextOpened();
    assertThat(second.node()).isNotEqualTo(first.node());
    assertThat(second.request().from()).isEqualTo(6);
    second.tell(changes(6, "b", "c"));
    assertThat(next()).isEqualTo("5: a");
    assertThat(next()).isEqualTo("6: b c");
  }

  @Test
  void severalRevisionsInOneMessageAreToldOneByOne() throws Exception {
    FakeWatchCall node = cluster.nextOpened();
    node.tell(new Update.Changes(9, List.of(event("a", 6), event("b", 6), event("c", 9)), false));
    assertThat(next()).isEqualTo("6: a b");
    assertThat(next()).isEqualTo("9: c");
  }

  @Test
  void whatCameBeforeIsNotGivenAgain() throws Exception {
    FakeWatchCall node = cluster.nextOpened();
    node.tell(changes(6, "a"));
    node.tell(changes(6, "a"));
    node.tell(changes(7, "b"));
    assertThat(next()).isEqualTo("6: a");
    assertThat(next()).isEqualTo("7: b");
  }

  @Test
  void aNodeThatIsBehindOrGarbledIsLeftForAnother() throws Exception {
    cluster.nextOpened().fail(CallStatus.UNAVAILABLE);
    cluster.nextOpened().tell(Bytes.utf8("?"));
    FakeWatchCall third = cluster.nextOpened();
    third.tell(new Update.Changes(5, List.of(event("a", 7)), false));
    FakeWatchCall fourth = cluster.nextOpened();
    assertThat(fourth.request().from()).as("what made no sense counts for nothing").isEqualTo(5);
    fourth.tell(changes(5, "a"));
    assertThat(next()).isEqualTo("5: a");
  }

  @Test
  void aCompactionEndsItAndSaysFromWhereOneCanGoOn() throws Exception {
    FakeWatchCall node = cluster.nextOpened();
    node.tell(changes(5, "a"));
    node.tell(new Update.Compacted(30));
    assertThat(next()).isEqualTo("5: a");
    assertThatThrownBy(watch::take)
        .hasMessageContaining("revision 6 cannot be watched any more")
        .isInstanceOfSatisfying(
            VolvoxException.class,
            e -> {
              assertThat(e.is(Status.STALE)).isTrue();
              assertThat(e.hint()).contains("revision 31");
            });
    assertThat(watch.next()).isEqualTo(31);
    node.awaitClosed();
  }

  @Test
  void theRemovalOfTheSpaceEndsIt() throws Exception {
    cluster.nextOpened().tell(new Update.Removed());
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(watch::take)
          .hasMessageContaining("space app was removed")
          .isInstanceOfSatisfying(
              VolvoxException.class, e -> assertThat(e.is(Status.NOT_FOUND)).isTrue());
    }
  }

  @Test
  void whoMayNotIsToldSo() throws Exception {
    cluster.nextOpened().fail(CallStatus.NOT_ALLOWED);
    assertThatThrownBy(watch::take)
        .isInstanceOfSatisfying(
            VolvoxException.class,
            e -> assertThat(e.kind()).isEqualTo(VolvoxException.Kind.NOT_ALLOWED));
  }

  @Test
  void aNodeIsReadNoFurtherThanWhatIsTaken() throws Exception {
    FakeWatchCall node = cluster.nextOpened();
    Bytes value = Bytes.wrap(new byte[200_000]);
    for (long revision = 5; revision < 105; revision++) {
      KeyRow row = new KeyRow(Bytes.utf8("k"), value, 5, revision, 1, 0);
      KeyEvent event = new KeyEvent(false, row, Optional.empty());
      node.tell(new Update.Changes(revision, List.of(event), false));
    }
    assertThat(watch.take().revision()).isEqualTo(5);
    assertThat(node.unreceived()).as("of 100, the others wait at the node").isGreaterThan(85);
    for (long revision = 6; revision < 105; revision++) {
      assertThat(watch.take().revision()).isEqualTo(revision);
    }
  }

  @Test
  void thatNobodyTellsAnythingIsSaidAndDoesNotEndIt() throws Exception {
    watch.close();
    FakeKeys down = new FakeKeys().withoutWatches().within(Duration.ofMillis(1));
    try (KeyWatch other = down.space().watch(KeyRange.ALL, 5, false)) {
      down.nextOpened().fail(CallStatus.UNAVAILABLE);
      assertThatThrownBy(other::take)
          .hasMessageContaining("no node tells of changes")
          .isInstanceOfSatisfying(
              VolvoxException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(VolvoxException.Kind.UNREACHABLE);
                assertThat(e.hint()).contains("from revision 5");
              });
      FakeWatchCall node = down.nextOpened();
      node.tell(changes(6, "a"));
      while (!node.isClosed()) {
        Optional<KeyChanges> told = pollAnyway(other);
        if (told.isPresent()) {
          assertThat(shown(told.get())).isEqualTo("6: a");
          return;
        }
      }
    }
  }

  private static Optional<KeyChanges> pollAnyway(KeyWatch from) throws Exception {
    try {
      return from.poll(LONG);
    } catch (VolvoxException e) {
      assertThat(e.kind()).isEqualTo(VolvoxException.Kind.UNREACHABLE);
      return Optional.empty();
    }
  }

  @Test
  void theEndWakesWhoWaitsAndEndsTheCall() throws Exception {
    FakeWatchCall node = cluster.nextOpened();
    node.tell(changes(4));
    Thread closer = Thread.startVirtualThread(watch::close);
    assertThatThrownBy(() -> watch.poll(LONG)).hasMessageContaining("closed");
    closer.join();
    node.awaitClosed();
  }

  @Test
  void theFirstRevisionIsOne() {
    assertThatThrownBy(() -> cluster.space().watch(KeyRange.ALL, 0, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
