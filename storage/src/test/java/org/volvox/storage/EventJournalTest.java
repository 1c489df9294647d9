package org.volvox.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventKind;

class EventJournalTest {
  private static final EventJournal.Limits SMALL = new EventJournal.Limits(1000, 3, 4);

  @TempDir Path folder = Path.of("");

  @Test
  void keepsEventsOverARestart() throws IOException {
    try (EventJournal journal = EventJournal.open(folder, EventJournal.Limits.DEFAULT)) {
      assertThat(journal.newest()).isEmpty();
      journal.append(event(1, EventKind.NODE_STARTED));
      journal.append(event(2, EventKind.CALL));
      journal.append(event(3, EventKind.ROLE_CHANGED));
      assertThat(clocks(last(journal, 10, 0))).containsExactly(1L, 2L, 3L);
      assertThat(clocks(last(journal, 1, 1))).containsExactly(3L);
      assertThat(last(journal, 1, 1).isCut()).isTrue();
      assertThat(last(journal, 2, 1).isCut()).isFalse();
    }
    try (EventJournal journal = EventJournal.open(folder, EventJournal.Limits.DEFAULT)) {
      assertThat(journal.newest()).contains(event(3, EventKind.ROLE_CHANGED));
      journal.append(event(4, EventKind.PEER_UP));
      assertThat(clocks(last(journal, 10, 0))).containsExactly(1L, 3L, 4L);
      assertThat(clocks(last(journal, 2, 0))).containsExactly(3L, 4L);
      assertThat(last(journal, 10, 3).events()).containsExactly(event(4, EventKind.PEER_UP));
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
      // All of the files, and of the calls what memory has.
      List<Long> clocks = clocks(last(journal, 1000, 0));
      assertThat(clocks).hasSizeBetween(20, 50).isSorted().endsWith(198L, 199L, 200L, 201L);
      assertThat(clocks.stream().filter(clock -> clock % 2 == 1)).containsExactly(199L, 201L);
      assertThat(clocks(last(journal, 3, 0))).containsExactly(199L, 200L, 201L);
      assertThat(clocks(last(journal, 6, 0))).containsExactly(194L, 196L, 198L, 199L, 200L, 201L);
      assertThat(last(journal, 6, 0).isCut()).isTrue();
      assertThat(last(journal, 6, 192).isCut()).isFalse();
      assertThat(clocks(last(journal, 1000, 191))).startsWith(192L);
      assertThat(clocks(journal.last(2, LamportTime.ZERO, event -> event.text().endsWith("0"))))
          .containsExactly(190L, 200L);
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
        List<Long> clocks = clocks(last(journal, 10, 0));
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
      assertThat(clocks(last(journal, 10, 0))).containsExactly(1L);
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
      assertThat(clocks(last(journal, 10, 0))).containsExactly(1L, 2L);
    }
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      assertThat(clocks(last(journal, 10, 0))).containsExactly(2L);
    }
  }

  @Test
  void whatIsWrittenIsInTheFileBeforeItIsClosed() throws IOException {
    Path file = folder.resolve("events-0000000000000001");
    Path copy = Files.createDirectories(folder.resolve("killed"));
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      journal.append(event(1, EventKind.PEER_UP));
      journal.append(event(2, EventKind.PEER_UP));
      assertThat(Files.size(file)).isEqualTo(SMALL.fileBytesMax());
      Files.copy(file, copy.resolve("events-0000000000000001"));
    }
    assertThat(Files.size(file)).isLessThan(SMALL.fileBytesMax());
    try (EventJournal journal = EventJournal.open(copy, SMALL)) {
      journal.append(event(3, EventKind.PEER_UP));
      assertThat(clocks(last(journal, 10, 0))).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void zerosInTheMiddleAreDamage() throws IOException {
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      journal.append(event(1, EventKind.PEER_UP));
      journal.append(event(2, EventKind.PEER_UP));
    }
    Path file = folder.resolve("events-0000000000000001");
    byte[] bytes = Files.readAllBytes(file);
    java.util.Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 10, (byte) 0);
    Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      assertThat(clocks(last(journal, 10, 0))).containsExactly(1L);
      journal.append(event(3, EventKind.PEER_UP));
      assertThat(clocks(last(journal, 10, 0))).containsExactly(1L, 3L);
    }
  }

  @Test
  void garbageIsToldOfAndSurvived() throws IOException {
    Logger logger = (Logger) LoggerFactory.getLogger(EventJournal.class);
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    logger.addAppender(told);
    Files.write(folder.resolve("events-0000000000000001"), "no events at all".getBytes(UTF_8));
    Files.write(folder.resolve("journal"), new byte[] {1, 2, 3});
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      journal.append(event(1, EventKind.PEER_UP));
      assertThat(clocks(last(journal, 10, 0))).containsExactly(1L);
    } finally {
      logger.detachAppender(told);
    }
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      assertThat(clocks(last(journal, 10, 0))).containsExactly(1L);
    }
    assertThat(told.list.stream().map(ILoggingEvent::getFormattedMessage))
        .hasSize(2)
        .anyMatch(line -> line.contains("journal.v1 has events of a format before"))
        .anyMatch(line -> line.contains("events-0000000000000001 is damaged from byte 0 on: "));
    assertThat(folder.resolve("journal")).doesNotExist();
    assertThat(folder.resolve("journal.v1")).exists();
  }

  @Test
  void aFilesBytesAreGolden() throws IOException {
    try (EventJournal journal = EventJournal.open(folder, SMALL)) {
      journal.append(event(1, EventKind.PEER_UP));
    }
    String event = event(1, EventKind.PEER_UP).encode().hex();
    assertThat(
            HexFormat.of().formatHex(Files.readAllBytes(folder.resolve("events-0000000000000001"))))
        .isEqualTo("00000031" + "4003f0af" + event);
  }

  private static EventJournal.Listing last(EventJournal journal, int count, long after) {
    return journal.last(count, new LamportTime(after), event -> true);
  }

  private static List<Long> clocks(EventJournal.Listing listing) {
    return listing.events().stream().map(event -> event.stamp().clock().ticks()).toList();
  }

  private static Event event(long clock, EventKind kind) {
    return Event.of(
        new EventStamp(new LamportTime(clock), new EventId(new Origin.Node(new NodeId(1)), clock)),
        kind,
        new WallTime(1000),
        "event " + clock);
  }
}
