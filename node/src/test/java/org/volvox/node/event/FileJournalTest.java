package org.volvox.node.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.calls.message.EventEntry;
import org.volvox.node.folder.ClockFile;

class FileJournalTest {
  private static final NodeId SELF = new NodeId(1);

  @TempDir Path folder;

  @BeforeEach
  void reserveNothing() throws Exception {
    new ClockFile(folder.resolve("clock")).write(new ClockFile.Reserved(0, 0));
  }

  @Test
  void keepsEventsWithTheirCausesOverARestart() throws Exception {
    FileJournal first = FileJournal.open(folder, clock());
    EventStamp cause = first.record("asked", Optional.empty());
    first.record("answered", Optional.of(cause));
    first.close();
    FileJournal.Listing listing = FileJournal.open(folder, clock()).last(10, LamportTime.ZERO);
    assertThat(listing.events().stream().map(EventEntry::what))
        .containsExactly("asked", "answered");
    assertThat(listing.events().getLast().cause()).contains(cause);
  }

  @Test
  void givesTheLastEventsAboveAClock() throws Exception {
    FileJournal journal = FileJournal.open(folder, clock());
    EventStamp first = journal.record("1", Optional.empty());
    journal.record("2", Optional.empty());
    journal.record("3", Optional.empty());
    assertThat(journal.last(1, LamportTime.ZERO).events().stream().map(EventEntry::what))
        .containsExactly("3");
    assertThat(journal.last(9, first.clock()).events().stream().map(EventEntry::what))
        .containsExactly("2", "3");
    journal.close();
  }

  @Test
  void anUnfinishedRecordIsCutOff() throws Exception {
    FileJournal first = FileJournal.open(folder, clock());
    first.record("whole", Optional.empty());
    first.close();
    Files.write(folder.resolve("journal"), new byte[] {0, 0, 0, 9, 1}, StandardOpenOption.APPEND);
    FileJournal second = FileJournal.open(folder, clock());
    second.record("after", Optional.empty());
    second.close();
    assertThat(
            FileJournal.open(folder, clock()).last(9, LamportTime.ZERO).events().stream()
                .map(EventEntry::what))
        .containsExactly("whole", "after");
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
  void aReceivedClockIsMergedUnlessItIsTooFarAhead() throws Exception {
    EventClock clock = clock();
    EventId other = new EventId(new Origin.Node(new NodeId(2)), 1);
    assertThat(clock.onReceive(new EventStamp(new LamportTime(5000), other))).isTrue();
    assertThat(clock.time()).isEqualTo(new LamportTime(5001));
    long far = 5001 + LamportTime.AHEAD_TICKS_MAX + 1;
    assertThat(clock.onReceive(new EventStamp(new LamportTime(far), other))).isFalse();
    assertThat(clock.time()).isEqualTo(new LamportTime(5001));
  }

  private EventClock clock() throws Exception {
    return EventClock.open(SELF, new ClockFile(folder.resolve("clock")));
  }
}
