package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.MalformedException;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventKind;
import org.volvox.base.event.EventLine;
import org.volvox.base.event.HappenedBefore;

/** The events of real node processes, killed with kill -9 under way. */
class EventsTest {
  private static final List<String> NODES = List.of("n1", "n2", "n3");

  @TempDir Path temp;

  @Test
  void killedNodesRepeatNoClockAndEveryEntryTellsTheSame() throws Exception {
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"))) {
      for (String node : List.of("n1", "n2")) {
        cluster.command("mkdir", "/before-" + node, "--node", node).expectOk("mkdir");
        cluster.command("node", "kill", node).expectOk("kill " + node);
        if (node.equals("n2")) {
          spoilJournal(cluster, node);
        }
        cluster.command("node", "start", node).expectOk("start " + node);
      }
      Programs.run(
              Duration.ofMinutes(1),
              Programs.volvox(
                  "--dir", cluster.folder().toString(), "run", "--on", "n2", "--", "true"))
          .expectOk("run");
      Waits.until(
          Duration.ofSeconds(30),
          () ->
              NODES.stream()
                  .noneMatch(entry -> listing(cluster, entry).text().contains("without the")),
          () -> listing(cluster, "n1").text());
      List<Event> events = events(cluster, "n1");
      requireNothingRepeated(events);
      assertThat(events.stream().filter(event -> event.kind() == EventKind.NODE_STARTED))
          .hasSize(5);
      assertThat(Files.readString(cluster.folder().resolve("n2/node.log")))
          .contains("is damaged from byte ");
      for (String entry : List.of("n2", "n3")) {
        assertThat(events(cluster, entry).subList(0, events.size())).isEqualTo(events);
      }
      requireSameStandingEverywhere(cluster, events);
      Event ran =
          events.stream()
              .filter(event -> event.kind() == EventKind.PROCESS_STARTED)
              .findFirst()
              .orElseThrow();
      String pid = ran.about().pid().orElseThrow().toString();
      assertThat(listing(cluster, "n3", "--pid", pid, "--of", "n2").text())
          .contains("process " + pid + ": started true")
          .doesNotContain("/before");
      assertThat(listing(cluster, "n1", "--path", "/before-n1").text())
          .contains("directory /before-n1 made")
          .doesNotContain("/before-n2");
    }
  }

  private static Outcome listing(LocalCluster cluster, String entry, String... more) {
    List<String> words = new ArrayList<>(List.of("events", "--last", "1000", "--node", entry));
    words.addAll(List.of(more));
    return cluster.command(words.toArray(String[]::new)).expectOk("events through " + entry);
  }

  private static List<Event> events(LocalCluster cluster, String entry) throws MalformedException {
    List<Event> events = new ArrayList<>();
    for (String line : listing(cluster, entry, "--json").text().split("\n", -1)) {
      if (!line.isEmpty()) {
        events.add(EventLine.read(line));
      }
    }
    return events;
  }

  /** In the total order each origin's clocks and numbers rise, over all of its lives. */
  private static void requireNothingRepeated(List<Event> events) {
    Map<Origin, LamportTime> clocks = new HashMap<>();
    Map<Origin, Long> numbers = new HashMap<>();
    Set<EventId> ids = new HashSet<>();
    assertThat(events).isSorted();
    for (Event event : events) {
      EventId id = event.stamp().id();
      assertThat(ids.add(id)).as("%s", id).isTrue();
      LamportTime lastClock = clocks.put(id.origin(), event.stamp().clock());
      Long lastNumber = numbers.put(id.origin(), id.seq());
      if (lastClock != null && lastNumber != null) {
        assertThat(event.stamp().clock()).isGreaterThan(lastClock);
        assertThat(id.seq()).isGreaterThan(lastNumber);
      }
      event.cause().ifPresent(cause -> assertThat(cause.clock()).isLessThan(event.stamp().clock()));
    }
  }

  /** The answer about two events does not hang on whom one asks, and keeps the clock condition. */
  private static void requireSameStandingEverywhere(LocalCluster cluster, List<Event> events) {
    Event first = events.getFirst();
    Event last =
        events.reversed().stream()
            .filter(event -> !event.node().equals(first.node()))
            .findFirst()
            .orElseThrow();
    Set<String> answers = new HashSet<>();
    for (String entry : NODES) {
      String answer =
          cluster
              .command(
                  "events",
                  "--happened-before",
                  first.stamp().id().toString(),
                  last.stamp().id().toString(),
                  "--node",
                  entry)
              .expectOk("happened-before through " + entry)
              .text();
      assertThat(answer).startsWith("before: " + first.stamp().id()).contains("a message from");
      answers.add(answer);
    }
    assertThat(answers).hasSize(1);
    HappenedBefore order = new HappenedBefore(events);
    for (Event left : events) {
      for (Event right : events) {
        if (order.compare(left.stamp().id(), right.stamp().id()) == HappenedBefore.Answer.BEFORE) {
          assertThat(left).isLessThan(right);
        }
      }
    }
  }

  /** Puts garbage behind the last record. */
  private static void spoilJournal(LocalCluster cluster, String node) throws IOException {
    Path file = cluster.folder().resolve(node).resolve("events/events-0000000000000001");
    Files.write(
        file,
        new byte[] {0, 0, 0, 7, 'g', 'a', 'r', 'b', 'a', 'g', 'e'},
        StandardOpenOption.APPEND);
  }
}
