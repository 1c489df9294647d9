package org.volvox.worlds.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.clock.EventId;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventLine;
import org.volvox.base.event.HappenedBefore;
import org.volvox.base.event.HappenedBefore.Answer;

/** Runs that were recorded elsewhere: complete ones of the lab, and a cluster's with gaps. */
class RecordedTest {
  private static final String CLUSTER =
      """
      {"clock":10,"origin":"n1","seq":4,"node":"n1","kind":"vote","at":"2026-11-26T14:00:00.100Z","what":"voted for n2"}
      {"clock":12,"origin":"n2","seq":9,"node":"n2","kind":"role","at":"2026-11-26T14:00:00.150Z","what":"leads","cause":{"clock":10,"origin":"n1","seq":4}}
      {"clock":3,"origin":"n3","seq":2,"node":"n3","kind":"node-started","at":"2026-11-26T14:00:00.120Z","what":"started \\"n3\\""}
      {"clock":14,"origin":"n3","seq":7,"node":"n3","kind":"file","at":"2026-11-26T14:00:00.140Z","what":"made /a","cause":{"clock":12,"origin":"n2","seq":9}}
      {"clock":20,"origin":"s5","seq":2,"node":"n3","kind":"call-traced","at":"2026-11-26T14:00:00.200Z","what":"put","cause":{"clock":9,"origin":"n9","seq":1}}
      """;

  private static Recorded read(String lines) {
    try {
      return Recorded.read(lines);
    } catch (ScriptException e) {
      throw new AssertionError(e);
    }
  }

  private static String lines(List<Event> events) {
    StringBuilder lines = new StringBuilder();
    events.forEach(event -> lines.append(EventLine.write(event)).append('\n'));
    return lines.toString();
  }

  @Test
  void aRunOfTheLabComesBackWithItsVectorsAndRelations() {
    for (int seed = 1; seed <= 25; seed++) {
      Played played = Scripts.play(ClockWorld.draw(seed, List.of()));
      Run run = played.run();
      Recorded recorded = read(lines(RunEvents.of(run, run.size())));
      assertThat(recorded.run().size()).isEqualTo(run.size());
      List<Event> counted = new ArrayList<>(recorded.events());
      counted.removeIf(event -> event.stamp().id().seq() == 0);
      HappenedBefore search = new HappenedBefore(counted);
      List<Integer> order = run.order(run.size());
      List<Integer> again = recorded.run().order(run.size());
      for (int i = 0; i < order.size(); i++) {
        Happening mine = run.at(order.get(i));
        Happening other = recorded.run().at(again.get(i));
        assertThat(other.clocks().vector()).isEqualTo(mine.clocks().vector());
        assertThat(other.at()).isEqualTo(mine.at() - run.at(0).at());
        int right = (i * 7 + 3) % order.size();
        Answer answer = recorded.compare(again.get(i), again.get(right));
        assertThat(answer).isEqualTo(played.compare(order.get(i), order.get(right)));
        EventId left = recorded.events().get(again.get(i)).stamp().id();
        assertThat(search.compare(left, recorded.events().get(again.get(right)).stamp().id()))
            .isEqualTo(answer);
      }
    }
  }

  @Test
  void eachMessageComesBackWithItsEnd() {
    Played played =
        Scripts.play(
            """
            lab 1
            nodes 2
            @0 n1 send n2 delay 9
            @1 n1 send n2 delay 9
            @2 drop m1
            @3 node n3
            @4 duplicate m2 delay 20
            @6 n2 send n3 delay 50
            @7 remove n1
            @8 n2 send n3 delay 9
            @8 drop m5
            """);
    Run run = played.run();
    Recorded recorded = read(lines(RunEvents.of(run, run.countUntil(30))));
    assertThat(recorded.run().messages())
        .extracting(message ->
            message.copyOf()
                + (message.isLost() ? " lost" : "")
                + (message.isEndedBy(99) ? "" : " flying"))
        .containsExactly("0 lost", "0", "2", "0 flying", "0 lost");
    assertThat(recorded.run().lanes().getFirst().removedAt()).isEqualTo(7);
    assertThat(recorded.run().lanes().get(2).joinedAt()).isEqualTo(3);
    assertThat(Telling.what(recorded.run(), 2)).isEqualTo("m1 from n1 to n2 is lost");
  }

  @Test
  void ofAClusterOnlyWhatIsRecordedIsSaid() {
    Recorded cluster = read(CLUSTER + CLUSTER);
    Run run = cluster.run();
    assertThat(run.happenings())
        .extracting(happening -> run.lanes().get(happening.lane()) + " " + happening.word())
        .containsExactly("n1 vote", "n3 node-started", "n2 role", "n3 file", "s5 call-traced");
    assertThat(cluster.compare(0, 3)).isEqualTo(Answer.BEFORE);
    assertThat(cluster.compare(3, 0)).isEqualTo(Answer.AFTER);
    assertThat(cluster.compare(3, 3)).isEqualTo(Answer.SAME);
    assertThat(cluster.compare(3, 4)).isEqualTo(Answer.UNKNOWN);
    assertThat(cluster.chain(0, 3)).extracting(Causality.Link::message).contains(1, 2);
    assertThat(cluster.chain(3, 4)).isEmpty();
    assertThat(Telling.what(run, 2)).isEqualTo("n2: leads, because of m1 from n1");
    assertThat(cluster.cone(3, 5).past()).containsExactly(0, 1, 2);
    assertThat(cluster.cone(3, 5).concurrent()).isEmpty();
  }

  @Test
  void aScriptOfItHasTheSameEventsAndMessages() {
    assertThat(Replay.script(read(CLUSTER)).text())
        .isEqualTo(
            """
            lab 1
            seed 1
            nodes 4
            @0 n1 send n2 delay 50
            @20 n3 local "started  n3"
            @50 n2 send n3 delay 1
            @100 n4 local "put"
            """);
    for (int seed = 1; seed <= 20; seed++) {
      Run run = Scripts.play(RandomScript.draw(seed, RandomScript.Mood.FAULTY, 4, 60)).run();
      Script script = Replay.script(read(lines(RunEvents.of(run, run.size()))));
      Run again = Scripts.play(script).run();
      assertThat(again.size()).isEqualTo(run.size());
      assertThat(again.messages()).hasSameSizeAs(run.messages());
    }
  }

  @Test
  void aLongRunIsShortenedToWhatAScriptHolds() {
    String later = CLUSTER.replace("14:00:00.200", "16:00:00.200");
    Script script = Replay.script(read(later));
    assertThat(script.actions().getLast().at()).isEqualTo(Limits.TIME_MILLIS_MAX);
    assertThat(Scripts.play(script).run().size()).isEqualTo(6);
  }

  @Test
  void leavesOutWhatItCannotDraw() {
    String lost =
        """
        {"clock":1,"origin":"n1","seq":0,"node":"n1","kind":"lost","at":"2026-11-26T14:00:00.100Z","what":"m1 is lost","message":"m1"}
        {"clock":1,"origin":"n1","seq":0,"node":"n1","kind":"role","at":"2026-11-26T14:00:00.100Z","what":"leads"}
        {"clock":1,"origin":"n1","seq":1,"node":"n1","kind":"send","at":"2026-11-26T14:00:00.100Z","what":"sends","to":"n7"}
        """;
    assertThat(read(lost).run().happenings())
        .extracting(Happening::kind)
        .containsExactly(Happening.Kind.LOCAL);
  }

  @Test
  void saysWhatCannotBeRead() {
    assertThatThrownBy(() -> Recorded.read("\n\n")).hasMessageStartingWith("there is no event");
    assertThatThrownBy(() -> Recorded.read("\n{}")).hasMessageStartingWith("line 2: no event line");
    assertThatThrownBy(() -> Recorded.read(" ".repeat(Recorded.CHARACTERS_MAX + 1)))
        .hasMessageContaining("at most");
    assertThatThrownBy(() -> Recorded.read("\n".repeat(2 * Limits.HAPPENINGS_MAX) + "{}"))
        .hasMessageStartingWith("more than 20000 events");
    assertThatThrownBy(() ->
            Recorded.read(CLUSTER.replace("2026-11-26T14:00:00.150", "2027-01-01T00:00:00.150")))
        .hasMessageContaining("twelve days");
    String line = CLUSTER.lines().findFirst().orElseThrow();
    StringBuilder origins = new StringBuilder();
    for (int i = 1; i <= Limits.NODES_MAX + 1; i++) {
      origins.append(line.replace("\"n1\"", "\"n" + i + "\"")).append('\n');
    }
    assertThatThrownBy(() -> Recorded.read(origins.toString()))
        .hasMessageStartingWith("events of 65 nodes and clients");
  }
}
