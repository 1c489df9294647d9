package org.volvox.node.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Invariant;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.About;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventFilter;
import org.volvox.base.event.EventKind;
import org.volvox.base.event.Frontier;
import org.volvox.base.event.Receive;
import org.volvox.base.event.RecentReceives;
import org.volvox.node.folder.ClockFile;
import org.volvox.rpc.ClockSource;

class NodeJournalTest {
  private static final NodeId SELF = new NodeId(1);
  private static final Origin N2 = new Origin.Node(new NodeId(2));
  private static final Origin CLIENT = new Origin.Client(new SessionId(9));
  private static final ClockSource.Sender PEER = new ClockSource.Sender.Node(new NodeId(2));

  @TempDir Path folder;

  @BeforeEach
  void reserveNothing() throws Exception {
    new ClockFile(folder.resolve("clock")).write(new ClockFile.Reserved(0, 0));
  }

  @Test
  void keepsEventsWithTheirCausesOverARestart() throws Exception {
    NodeJournal first = open();
    EventStamp cause = first.record(EventKind.LOCAL, "asked", Optional.empty());
    first.record(EventKind.LOCAL, "answered", Optional.of(cause), About.path("/a"));
    first.close();
    NodeJournal.Listing listing = open().last(10, LamportTime.ZERO, EventFilter.ALL);
    assertThat(texts(listing)).containsExactly("asked", "answered", "stopped");
    Event answered = listing.events().get(1);
    assertThat(answered.cause()).contains(cause);
    assertThat(answered.about().path()).contains("/a");
    assertThat(answered.seen()).contains(Frontier.NOTHING);
  }

  @Test
  void givesTheLastEventsAboveAClock() throws Exception {
    NodeJournal journal = open();
    EventStamp first = journal.record(EventKind.LOCAL, "1", Optional.empty());
    journal.record(EventKind.LOCAL, "2", Optional.empty());
    journal.record(EventKind.VOTED, "3", Optional.empty());
    assertThat(texts(journal.last(1, LamportTime.ZERO, EventFilter.ALL))).containsExactly("3");
    assertThat(texts(journal.last(9, first.clock(), EventFilter.ALL))).containsExactly("2", "3");
    EventFilter local =
        new EventFilter(
            List.of(), List.of("local"), Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(texts(journal.last(1, LamportTime.ZERO, local))).containsExactly("2");
    journal.close();
  }

  @Test
  void anUnfinishedRecordIsCutOff() throws Exception {
    NodeJournal first = open();
    first.record(EventKind.LOCAL, "whole", Optional.empty());
    first.close();
    Files.write(
        folder.resolve("events-0000000000000001"),
        new byte[] {0, 0, 0, 9, 1},
        StandardOpenOption.APPEND);
    NodeJournal second = open();
    second.record(EventKind.LOCAL, "after", Optional.empty());
    second.close();
    assertThat(texts(open().last(9, LamportTime.ZERO, EventFilter.ALL)))
        .containsExactly("whole", "stopped", "after", "stopped");
  }

  @Test
  void knowsHowFarItHadHeardTheOthers() throws Exception {
    NodeJournal journal = open();
    EventClock clock = journal.clock();
    EventStamp sent = new EventStamp(new LamportTime(40), new EventId(N2, 7));
    assertThat(clock.onReceive(sent, new ClockSource.Sender.Node(new NodeId(2)))).isTrue();
    EventStamp client = new EventStamp(new LamportTime(50), new EventId(CLIENT, 3));
    assertThat(clock.onReceive(client, new ClockSource.Sender.Client())).isTrue();
    journal.record(EventKind.LOCAL, "heard", Optional.empty());
    Frontier frontier = new Frontier(0, List.of(new Receive(1, sent)));
    assertThat(newest(journal).seen()).contains(frontier);
    assertThat(journal.receives())
        .isEqualTo(new RecentReceives(SELF, 0, 3, Frontier.NOTHING, List.of(new Receive(1, sent))));
    journal.close();
    NodeJournal second = open();
    second.record(EventKind.LOCAL, "remembers", Optional.empty());
    assertThat(newest(second).seen()).contains(frontier);
  }

  @Test
  void whatItHeardBeforeItWasKilledIsSomebodys() throws Exception {
    NodeJournal killed = open();
    killed.record(EventKind.LOCAL, "recorded", Optional.empty());
    NodeJournal second = open();
    second.record(EventKind.LOCAL, "again", Optional.empty());
    Event again = newest(second);
    assertThat(again.seen())
        .contains(
            new Frontier(
                again.stamp().id().seq() - 1,
                List.of(
                    Receive.fromSomebody(
                        again.stamp().id().seq() - 1,
                        new LamportTime(again.stamp().clock().ticks() - 1)))));
  }

  @Test
  void aClientThatHeardOthersIsSomebody() throws Exception {
    NodeJournal journal = open();
    EventStamp client = new EventStamp(new LamportTime(50), new EventId(CLIENT, 3));
    assertThat(journal.clock().onReceive(client, new ClockSource.Sender.Somebody())).isTrue();
    journal.record(EventKind.LOCAL, "heard", Optional.empty());
    assertThat(newest(journal).seen())
        .contains(new Frontier(0, List.of(Receive.fromSomebody(1, new LamportTime(50)))));
  }

  @Test
  void aClockThatWasNotClosedGoesOnAboveAllThatItGave() throws Exception {
    EventStamp last = clock().local();
    EventStamp next = clock().local();
    assertThat(next.clock()).isGreaterThan(last.clock());
    assertThat(next.id().seq()).isGreaterThan(last.id().seq());
  }

  @Test
  void aClockThatWasClosedGoesOnWhereItWas() throws Exception {
    EventClock clock = clock();
    EventStamp last = clock.local();
    clock.close();
    assertThat(clock().local().clock()).isEqualTo(last.clock().next());
  }

  @Test
  void moreIsReservedBesideBeforeTheClockHasToWait() throws Exception {
    EventClock clock = clock();
    clock.local();
    ClockFile.Reserved first = place().file().read();
    long half = (first.eventSeq() - 1) / 2;
    for (long i = 0; i < half + 2; i++) {
      clock.local();
    }
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (place().file().read().eventSeq() == first.eventSeq()) {
      assertThat(System.nanoTime()).as("nothing was reserved beside").isLessThan(deadline);
      Thread.onSpinWait();
    }
    assertThat(place().file().read().eventSeq()).isGreaterThan(first.eventSeq() + half - 2);
    clock.close();
    assertThat(clock().local().clock()).isEqualTo(clock.time().next());
  }

  @Test
  void aClockWhoseReservationFailsGoesOnWithWhatItHasAndNoFurther() throws Exception {
    EventClock clock = clock();
    clock.local();
    ClockFile.Reserved first = place().file().read();
    Files.delete(folder.resolve("clock"));
    Files.createDirectory(folder.resolve("clock")); // No file can take this name.
    Files.createFile(folder.resolve("clock/full"));
    EventStamp last = clock.local();
    while (last.id().seq() < first.eventSeq()) {
      last = clock.local();
    }
    assertThat(last.clock().ticks()).isEqualTo(first.clockTicks());
    assertThatThrownBy(clock::local).isInstanceOf(Invariant.Broken.class);
  }

  @Test
  void aReceivedClockIsMergedUnlessItIsTooFarAhead() throws Exception {
    EventClock clock = clock();
    EventId other = new EventId(new Origin.Node(new NodeId(2)), 1);
    assertThat(clock.onReceive(new EventStamp(new LamportTime(5000), other), PEER)).isTrue();
    assertThat(clock.time()).isEqualTo(new LamportTime(5001));
    long far = 5001 + LamportTime.AHEAD_TICKS_MAX + 1;
    assertThat(clock.onReceive(new EventStamp(new LamportTime(far), other), PEER)).isFalse();
    assertThat(clock.time()).isEqualTo(new LamportTime(5001));
  }

  private EventClock clock() throws Exception {
    return EventClock.open(place(), Optional.empty());
  }

  private EventClock.Place place() {
    return new EventClock.Place(SELF, new ClockFile(folder.resolve("clock")));
  }

  private NodeJournal open() throws Exception {
    return NodeJournal.open(place(), folder);
  }

  private static Event newest(NodeJournal journal) {
    return journal.last(1, LamportTime.ZERO, EventFilter.ALL).events().getLast();
  }

  private static List<String> texts(NodeJournal.Listing listing) {
    return listing.events().stream().map(Event::text).toList();
  }
}
