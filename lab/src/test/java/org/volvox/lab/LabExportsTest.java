package org.volvox.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.json.Json;

/** Every export: opening, time travel, edits of the past, questions, and what is refused. */
class LabExportsTest {
  private static final String RUN =
      """
      lab 1
      seed 1
      nodes 3
      @0 n1 local "boot"
      @10 n1 send n2 delay 30
      @15 n2 local
      @20 n2 send n3 delay 10
      """;

  private final List<Page> pages = new ArrayList<>();

  private Page open(String script) {
    Page page = Page.open(script);
    pages.add(page);
    return page;
  }

  @AfterEach
  void close() {
    pages.forEach(Page::close);
  }

  @Test
  void opensAScriptAndShowsAllOfIt() {
    Json.Fields view = open(RUN).view();
    assertThat(Page.number(view, "cursor")).isEqualTo(6);
    assertThat(Page.number(view, "steps")).isEqualTo(6);
    assertThat(Page.number(view, "now")).isEqualTo(40);
    assertThat(Page.number(view, "end")).isEqualTo(40);
    assertThat(Page.text(view, "script")).isEqualTo(RUN);
    assertThat(Page.text(view, "narration")).isEqualTo("n2 receives m1 from n1: max(2, 2) + 1 = 3");
    assertThat(Page.list(view, "nodes").get(1))
        .isEqualTo(
            Page.fields(
                "{\"id\":\"n2\",\"joinedAt\":0,\"removedAt\":null,\"clock\":3,"
                    + "\"vector\":{\"n1\":2,\"n2\":3},\"hybrid\":{\"wall\":40,\"counter\":0},"
                    + "\"skew\":0}"));
    assertThat(Page.list(view, "rules")).hasSize(3);
    assertThat(Page.list(view, "invariants")).hasSize(6);
    assertThat(Page.list(view, "branches")).isEmpty();
    assertThat(Page.text(view, "digest")).hasSize(16);
  }

  @Test
  void showsEventsAndMessages() {
    Page page = open(RUN);
    Json.Fields receive =
        (Json.Fields) Page.list(Page.ok(LabExports.events(page.lab, 5)), "events").getFirst();
    assertThat(receive)
        .isEqualTo(
            Page.fields(
                "{\"i\":5,\"at\":40,\"node\":\"n2\",\"kind\":\"receive\",\"word\":\"receive\","
                    + "\"seq\":3,\"clock\":3,\"vector\":{\"n1\":2,\"n2\":3},"
                    + "\"hybrid\":{\"wall\":40,\"counter\":0},\"message\":\"m1\",\"peer\":\"n1\","
                    + "\"text\":\"n2 receives m1 from n1: max(2, 2) + 1 = 3\",\"label\":\"\","
                    + "\"sum\":\"max(2, 2) + 1 = 3\"}"));
    assertThat(page.message(1))
        .isEqualTo(
            Page.fields(
                "{\"id\":\"m1\",\"copyOf\":null,\"from\":\"n1\",\"to\":\"n2\",\"sent\":1,"
                    + "\"received\":5,\"state\":\"delivered\",\"sentAt\":10,\"dueAt\":40,"
                    + "\"lostAt\":null,\"carries\":2}"));
    Page.ok(LabExports.seek(page.lab, 2));
    assertThat(Page.text(page.message(1), "state")).isEqualTo("flying");
    assertThat(Page.list(Page.ok(LabExports.messages(page.lab)), "messages")).hasSize(1);
    assertThat(Page.list(Page.ok(LabExports.events(page.lab, -1)), "events")).hasSize(2);
  }

  @Test
  void showsLossesCopiesAndLeaves() {
    Page page =
        open(
            """
            lab 1
            rules do-not-send-clock
            @0 n1 send n2 delay 20
            @5 duplicate m1 delay 40
            @9 drop m1
            @10 node n4
            @12 remove n3
            @12 n4 skew 9
            """);
    assertThat(Page.text(page.message(1), "state")).isEqualTo("lost");
    assertThat(Page.number(page.message(1), "lostAt")).isEqualTo(9);
    assertThat(page.message(1).find("carries")).isEmpty();
    assertThat(Page.text(page.message(2), "copyOf")).isEqualTo("m1");
    Page.ok(LabExports.stepTo(page.lab, 4));
    assertThat(Page.list(Page.ok(LabExports.messages(page.lab)), "messages")).hasSize(1);
    assertThat(Page.list(page.view(), "nodes")).hasSize(3);
    Json.Fields later = Page.ok(LabExports.stepTo(page.lab, 12));
    assertThat(Page.number((Json.Fields) Page.list(later, "nodes").get(2), "removedAt"))
        .isEqualTo(12);
    assertThat(Page.number((Json.Fields) Page.list(later, "nodes").get(3), "skew")).isEqualTo(9);
    assertThat(page.told()).contains("m1 from n1 to n2 is lost", "n4 joins", "n3 leaves");
  }

  @Test
  void stepBackEqualsReplay() {
    String script = Page.text(Page.ok(LabExports.random(5, 4, 60)), "script");
    Page page = open(script);
    int steps = (int) Page.number(page.view(), "steps");
    List<String> forward = new ArrayList<>();
    for (int step = 0; step <= steps; step++) {
      forward.add(LabExports.seek(page.lab, step) + LabExports.events(page.lab, 0));
    }
    Page again = open(script);
    for (int step = steps; step >= 0; step--) {
      String back = LabExports.seek(again.lab, step) + LabExports.events(again.lab, 0);
      assertThat(back).isEqualTo(forward.get(step));
    }
    assertThat(Page.number(Page.ok(LabExports.seek(page.lab, -4)), "cursor")).isZero();
    assertThat(Page.number(Page.ok(LabExports.seek(page.lab, 1 << 30)), "cursor")).isEqualTo(steps);
  }

  @Test
  void timeGoesOnWithoutEvents() {
    Page page = open("lab 1\n");
    assertThat(Page.text(page.view(), "narration")).isEqualTo("Nothing has happened yet.");
    assertThat(Page.number(Page.ok(LabExports.stepTo(page.lab, 25)), "now")).isEqualTo(25);
    assertThat(Page.text(page.edit("n1 send n2 delay 5"), "script"))
        .endsWith("@25 n1 send n2 delay 5\n");
    assertThat(Page.number(Page.ok(LabExports.stepTo(page.lab, -1)), "now")).isZero();
    assertThat(Page.number(Page.ok(LabExports.stepTo(page.lab, 1 << 30)), "now"))
        .isEqualTo(1_000_000);
  }

  @Test
  void anEditAtTheEndForksNothing() {
    Page page = open("lab 1\n");
    Json.Fields sent = page.edit("n1 send n2 delay 30");
    assertThat(Page.is(sent, "forked")).isFalse();
    assertThat(Page.number(sent, "cursor")).isEqualTo(1);
    assertThat(Page.number(sent, "steps")).isEqualTo(2);
    // The receive has not been shown, so nobody misses the run without this.
    assertThat(Page.is(page.edit("n3 local"), "forked")).isFalse();
    assertThat(Page.is(page.edit("n2 skew 5"), "forked")).isFalse();
    assertThat(Page.list(page.view(), "branches")).isEmpty();
    assertThat(page.script()).endsWith("@0 n3 local\n@0 n2 skew 5\n");
  }

  @Test
  void anEditOfThePastKeepsWhatItLeaves() {
    Page page = open(RUN);
    Page.ok(LabExports.seek(page.lab, 2));
    Json.Fields edited = page.edit("drop m1");
    assertThat(Page.is(edited, "forked")).isTrue();
    assertThat(Page.text(edited, "script")).endsWith("delay 30\n@10 drop m1\n");
    assertThat(Page.number(edited, "cursor")).isEqualTo(3);
    Json.Fields kept = (Json.Fields) Page.list(edited, "branches").getFirst();
    assertThat(Page.text(kept, "id")).isEqualTo("b1");
    assertThat(Page.number(kept, "steps")).isEqualTo(6);
    Json.Fields back = Page.ok(LabExports.branch(page.lab, "b1"));
    assertThat(Page.text(back, "script")).isEqualTo(RUN);
    Json.Fields other = (Json.Fields) Page.list(back, "branches").getFirst();
    assertThat(Page.text(other, "title")).isEqualTo("drop m1");
    assertThat(Page.number(other, "forkedAt")).isEqualTo(10);
    assertThat(Page.text(back, "branch")).isEqualTo("b1");
    assertThat(Page.text(Page.ok(LabExports.branch(page.lab, "b1")), "branch")).isEqualTo("b1");
    assertThat(Page.error(LabExports.branch(page.lab, "b9"))).isEqualTo("no branch b9 is kept");
  }

  @Test
  void linesAtTheMomentOfTheCursorStayIfTheyAreShown() {
    String start = "lab 1\nseed 1\nnodes 3\n";
    Page page = open(start + "@5 n1 local\n@5 n2 skew 3\n@5 n2 local\n@5 n3 local\n@6 n1 local\n");
    Page.ok(LabExports.seek(page.lab, 1));
    assertThat(Page.text(page.edit("n1 local \"new\""), "script"))
        .isEqualTo(start + "@5 n1 local\n@5 n2 skew 3\n@5 n1 local \"new\"\n");
  }

  @Test
  void theOldestOfManyBranchesGoes() {
    Page page = open(RUN);
    for (int i = 0; i < Branches.KEPT_MAX + 5; i++) {
      Page.ok(LabExports.seek(page.lab, 0));
      page.edit("n1 local \"" + i + "\"");
    }
    List<Json> kept = Page.list(page.view(), "branches");
    assertThat(kept).hasSize(Branches.KEPT_MAX);
    assertThat(Page.text((Json.Fields) kept.getFirst(), "id")).isEqualTo("b6");
  }

  @Test
  void theDelayOfAMessageThatHasArrivedIsChangedInThePast() {
    Page page = open(RUN);
    Json.Fields edited = page.edit("delay m1 8");
    assertThat(Page.is(edited, "forked")).isTrue();
    assertThat(Page.text(edited, "script")).isEqualTo(RUN.replace("delay 30", "delay 8"));
    assertThat(Page.number(page.message(1), "dueAt")).isEqualTo(18);
    Page.ok(LabExports.seek(page.lab, 2));
    assertThat(Page.text(page.edit("delay m1 90"), "script")).endsWith("@10 delay m1 90\n");
  }

  @Test
  void aMessageThatHasArrivedIsLostHalfWayAndComesBack() {
    Page page = open(RUN + "@60 n3 local\n");
    assertThat(Page.text(page.edit("drop m1"), "script"))
        .isEqualTo(RUN + "@25 drop m1\n@60 n3 local\n");
    assertThat(Page.error(LabExports.edit(page.lab, "drop m1"))).isEqualTo("m1 was lost at 25");
    assertThat(Page.text(page.edit("delay m1 35"), "script"))
        .isEqualTo(RUN.replace("delay 30", "delay 35") + "@60 n3 local\n");
    assertThat(Page.list(page.view(), "branches")).hasSize(2);
  }

  @Test
  void theFlightOfACopyIsChangedToo() {
    Page page = open("lab 1\n@0 n1 send n2 delay 9\n@4 duplicate m1 delay 20\n@5 delay m2 40\n");
    assertThat(Page.text(page.edit("delay m2 30"), "script"))
        .endsWith("@4 duplicate m1 delay 30\n");
    assertThat(Page.text(page.edit("drop m2"), "script"))
        .endsWith("@4 duplicate m1 delay 30\n@17 drop m2\n");
  }

  @Test
  void anEditOfAFlightThatLaterLinesContradictIsRefused() {
    Page page = open("lab 1\n@0 n1 send n2 delay 50\n@30 duplicate m1 delay 60\n");
    assertThat(Page.error(LabExports.edit(page.lab, "drop m1")))
        .startsWith("line 6: m1 is lost; only what is on its way");
    assertThat(Page.list(page.view(), "branches")).isEmpty();
  }

  @Test
  void breakingARuleKeepsTheCursorAndTheMessages() {
    Page page = open(RUN);
    Page.ok(LabExports.seek(page.lab, 5));
    assertThat(page.broken()).isEmpty();
    Json.Fields edited = page.edit("rules forget-max");
    assertThat(Page.is(edited, "forked")).isFalse();
    assertThat(Page.number(edited, "cursor")).isEqualTo(5);
    assertThat(page.broken()).containsExactly("clock-condition", "total-order", "vector");
    Page.ok(LabExports.seek(page.lab, 4));
    assertThat(page.broken()).isEmpty();
    assertThat(Page.text(page.edit("rules"), "script")).isEqualTo(RUN);
    assertThat(Page.error(LabExports.edit(page.lab, "rules no"))).startsWith("no rule no");
  }

  @Test
  void clearsToTheNodesOfTheStart() {
    Page page = open(RUN);
    Json.Fields cleared = page.edit("clear");
    assertThat(Page.is(cleared, "forked")).isTrue();
    assertThat(Page.number(cleared, "steps")).isZero();
    assertThat(Page.number(cleared, "now")).isZero();
    assertThat(Page.list(cleared, "branches")).hasSize(1);
    assertThat(Page.is(page.edit("clear"), "forked")).isFalse();
  }

  @Test
  void aNewNodeTakesTheLowestNumber() {
    Page page = open("lab 1\nnodes 2\n@0 node n4\n@1 remove n2\n");
    assertThat(Page.text(page.edit("node"), "script")).endsWith("@1 node n3\n");
    assertThat(Page.text(page.edit("node"), "script")).endsWith("@1 node n5\n");
  }

  @Test
  void answersWhatIsBeforeAfterAndBeside() {
    Page page = open(RUN);
    Json.Fields cone = Page.ok(LabExports.cone(page.lab, 2));
    assertThat(Page.ints(cone, "past")).isEmpty();
    assertThat(Page.ints(cone, "future")).containsExactly(3, 4, 5);
    assertThat(Page.ints(cone, "concurrent")).containsExactly(0, 1);
    assertThat(Page.ints(Page.ok(LabExports.order(page.lab)), "order"))
        .containsExactly(0, 2, 1, 3, 5, 4);
    Json.Fields before = Page.ok(LabExports.relation(page.lab, 0, 5));
    assertThat(Page.text(before, "answer")).isEqualTo("before");
    assertThat(Page.list(before, "chain"))
        .containsExactly(
            Page.fields("{\"from\":0,\"to\":1,\"by\":\"order\"}"),
            Page.fields("{\"from\":1,\"to\":5,\"by\":\"m1\"}"));
    assertThat(Page.text(before, "text")).endsWith("m1 went from n1 to n2.");
    assertThat(relation(page, 5, 0)).isEqualTo("after");
    assertThat(relation(page, 1, 1)).isEqualTo("same");
    assertThat(relation(page, 0, 4)).isEqualTo("concurrent");
  }

  private static String relation(Page page, int left, int right) {
    return Page.text(Page.ok(LabExports.relation(page.lab, left, right)), "answer");
  }

  @Test
  void refusesQuestionsAboutWhatIsNoEvent() {
    Page page = open("lab 1\n@0 n1 send n2 delay 9\n@1 drop m1\n");
    assertThat(Page.error(LabExports.cone(page.lab, 1)))
        .isEqualTo("m1 from n1 to n2 is lost: that is no event, no clock counts it");
    assertThat(Page.error(LabExports.cone(page.lab, 2)))
        .isEqualTo("no event 2 is shown; there are 0 to 1");
    assertThat(Page.error(LabExports.relation(page.lab, 0, -1))).contains("no event -1");
    assertThat(Page.ints(Page.ok(LabExports.order(page.lab)), "order")).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"forget-max", "no-tick-on-receive", "do-not-send-clock"})
  void aCounterexampleReplays(String rule) {
    Json.Fields found = Page.ok(LabExports.counterexample(rule));
    Page page = open(Page.text(found, "script"));
    assertThat(page.broken()).contains(Page.text(found, "invariant"));
    page.edit("rules");
    assertThat(page.broken()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n9 local|no node n9; add it with: node n9",
        "drop m7|no message m7; the last one is m2",
        "dance|no action dance; there are",
        "node n2|n2 is there already",
        "delay m1 x|the delay must be a whole number",
      })
  void refusesAnEditAndChangesNothing(String line, String error) {
    Page page = open(RUN);
    assertThat(Page.error(LabExports.edit(page.lab, line))).startsWith(error);
    assertThat(page.script()).isEqualTo(RUN);
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThat(Page.error(LabExports.view(-1))).isEqualTo("no lab -1 is open");
    assertThat(Page.error(LabExports.open("lab 1\n@0 n9 local")))
        .isEqualTo("line 2: no node n9; add it with: node n9");
    assertThat(Page.error(LabExports.open(null))).isEqualTo("a text is wanted and none was given");
    assertThat(Page.error(LabExports.counterexample("x"))).isEqualTo("no rule x");
    assertThat(Page.error(LabExports.random(1, 65, 9))).isEqualTo("a run has 1 to 64 nodes");
    assertThat(Page.error(LabExports.random(1, 0, 9))).isEqualTo("a run has 1 to 64 nodes");
    assertThat(Page.error(LabExports.random(1, 2, 10_001))).contains("0 to 10000 steps");
    assertThat(Page.error(LabExports.random(1, 2, -1))).contains("0 to 10000 steps");
  }

  @Test
  void refusesMoreOpenLabsThanItHasRoomFor() {
    List<Page> many = new ArrayList<>();
    String last = LabExports.open("lab 1");
    while (Page.is(Page.fields(last), "ok")) {
      Page.ok(LabExports.close((int) Page.number(Page.fields(last), "lab")));
      many.add(Page.open("lab 1"));
      last = LabExports.open("lab 1");
    }
    assertThat(Page.error(last)).isEqualTo("64 labs are open; close one");
    many.forEach(Page::close);
    assertThat(many).hasSize(LabExports.LABS_MAX);
  }

  @Test
  void tenThousandEventsOpen() {
    Page page = open(Page.text(Page.ok(LabExports.random(7, 8, 7_800)), "script"));
    assertThat(Page.number(page.view(), "steps")).isGreaterThan(10_000);
    assertThat(page.broken()).isEmpty();
  }
}
