package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventKind;

class EventJournalTest {
  private static final EventJournal.Limits SMALL = new EventJournal.Limits(1000, 3, 2);

  @TempDir Path folder = Path.of("");

  @Test
  void keepsEventsOverARestart() throws IOException {
    try (EventJournal journal = EventJournal.open(folder, EventJournal.Limits.DEFAULT)) {
      journal.append(event(1, EventKind.NODE_STARTED));
      journal.append(event(3, EventKind.ROLE_CHANGED));
      journal.append(event(2, EventKind.CALL));
      assertThat(clocks(journal.since(LamportTime.ZERO, 10))).containsExactly(1L, 2L, 3L);
      assertThat(clocks(journal.since(new LamportTime(1), 1))).containsExactly(2L);
    }
    try (EventJournal journal = EventJournal.open(folder, EventJournal.Limits.DEFAULT)) {
      journal.append(event(4, EventKind.PEER_UP));
      assertThat(clocks(journal.since(LamportTime.ZERO, 10))).containsExactly(1L, 3L, 4L);
      assertThat(clocks(journal.last(2))).containsExactly(3L, 4L);
      assertThat(journal.since(new LamportTime(3), 10))
          .containsExactly(event(4, EventKind.PEER_UP));
    }
  }

  @Test
  void boundsItsFilesAndItsRing() throws IOException {
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      for (int i = 1; i <= 100; i++) {
        journal.append(event(2L * i, EventKind.FILE_CHANGED));
        journal.append(event(2L * i + 1, EventKind.CALL));
      }
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files.count()).isLessThanOrEqualTo(3);
      }
      List<Long> clocks = clocks(journal.since(LamportTime.ZERO, 1000));
      assertThat(clocks).hasSizeBetween(20, 50).isSorted().endsWith(198L, 199L, 200L, 201L);
      assertThat(clocks(journal.last(3))).containsExactly(199L, 200L, 201L);
      assertThat(journal.droppedCount()).isZero();
    }
  }

  @Test
  void cutsATornTailAndGoesOn() throws IOException {
    for (int cut = 1; cut < 60; cut += 7) {
      Path own = folder.resolve("cut" + cut);
      try (EventJournal journal = EventJournal.open(own, SMALL)) {
        journal.append(event(1, EventKind.PEER_UP));
        journal.append(event(2, EventKind.PEER_UP));
      }
      Path file = own.resolve("events-0000000000000001");
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - cut));
      try (EventJournal journal = EventJournal.open(own, SMALL)) {
        journal.append(event(3, EventKind.PEER_UP));
        List<Long> clocks = clocks(journal.since(LamportTime.ZERO, 10));
        assertThat(clocks).startsWith(1L).endsWith(3L).hasSize(2);
      }
    }
  }

  @Test
  void damagedRecordEndsItsFile() throws IOException {
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      journal.append(event(1, EventKind.PEER_UP));
      journal.append(event(2, EventKind.PEER_UP));
    }
    Path file = folder.resolve("events-0000000000000001");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      assertThat(clocks(journal.last(10))).containsExactly(1L);
    }
  }

  @Test
  void interruptedThreadLosesItsOwnEventOnly() throws IOException {
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      Thread.currentThread().interrupt();
      journal.append(event(1, EventKind.PEER_UP));
      assertThat(Thread.interrupted()).isTrue();
      journal.append(event(2, EventKind.PEER_UP));
      assertThat(journal.droppedCount()).isEqualTo(1);
      assertThat(clocks(journal.last(10))).containsExactly(2L);
    }
  }

  private static List<Long> clocks(List<Event> events) {
    return events.stream().map(event -> event.stamp().clock().ticks()).toList();
  }

  private static Event event(long clock, EventKind kind) {
    return new Event(
        new EventStamp(new LamportTime(clock), new EventId(new Origin.Node(new NodeId(1)), clock)),
        kind,
        new NodeId(1),
        new WallTime(1000),
        "event " + clock,
        Optional.empty());
  }
}
