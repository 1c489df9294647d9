package org.volvox.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonWriter;

/** Lessons whose goals the core sees met, and quizzes that it draws and judges. */
class TeachingTest {
  @Test
  void eachLessonOpensWithNoGoalMet() {
    List<Json> lessons = Page.list(Page.ok(LabExports.lessons()), "lessons");
    assertThat(lessons).hasSize(3);
    for (Json item : lessons) {
      Json.Fields lesson = (Json.Fields) item;
      assertThat(Page.list(lesson, "text")).hasSize(3);
      assertThat(Page.list(lesson, "goals")).hasSizeBetween(3, 4);
      Page page = Page.open(Page.text(lesson, "script"));
      // Goals are looked for among what is shown; a lesson begins at its first step.
      Page.ok(LabExports.seek(page.lab, 0));
      assertThat(page.met(Page.text(lesson, "id"))).isEmpty();
      page.close();
    }
    assertThat(Page.error(LabExports.goals(-1, "one-number"))).isEqualTo("no lab -1 is open");
  }

  @Test
  void theFirstLessonIsMetStepByStep() {
    Page page = Page.open("lab 1\nnodes 3\n");
    page.edit("n1 local");
    assertThat(page.met("one-number")).isEmpty();
    page.edit("n2 local");
    assertThat(page.met("one-number")).containsExactly("same");
    page.edit("n1 send n2 delay 5");
    Page.ok(LabExports.stepTo(page.lab, 10));
    assertThat(page.met("one-number")).containsExactly("jump", "same");
    page.edit("n2 send n3 delay 5");
    Page.ok(LabExports.stepTo(page.lab, 20));
    assertThat(page.met("one-number")).containsExactly("jump", "chain", "same");
    // What was met once stays met, also when the run that met it is gone.
    page.edit("clear");
    assertThat(page.met("one-number")).containsExactly("jump", "chain", "same");
    assertThat(Page.error(LabExports.goals(page.lab, "none"))).isEqualTo("no lesson none");
    page.close();
  }

  @Test
  void aMessageFromSomebodyElseIsNoChain() {
    Page page = Page.open("lab 1\n@0 n1 send n3 delay 5\n@9 n2 send n3 delay 5\n");
    assertThat(page.met("one-number")).doesNotContain("chain");
    page.close();
  }

  @Test
  void theSecondLessonBreaksEachRuleAndMendsIt() {
    Page page = Page.open("lab 1\nnodes 3\n@0 n1 send n2 delay 5\n");
    assertThat(page.met("why-each-rule")).isEmpty();
    page.edit("rules forget-max");
    assertThat(page.met("why-each-rule")).containsExactly("forget");
    page.edit("rules no-tick-on-receive");
    page.edit("n1 local");
    page.edit("n2 send n1 delay 5");
    Page.ok(LabExports.stepTo(page.lab, 20));
    assertThat(page.met("why-each-rule")).containsExactly("forget", "repeat", "order");
    page.edit("rules");
    assertThat(page.met("why-each-rule")).containsExactly("forget", "repeat", "order", "mend");
    assertThat(page.broken()).isEmpty();
    page.close();
  }

  @Test
  void theThirdLessonNeedsConcurrencySkewAndLoss() {
    Page page = Page.open("lab 1\nnodes 3\n@0 n1 local\n@0 n1 local\n@0 n3 local\n");
    assertThat(page.met("beyond-one-number")).containsExactly("false-order");
    page.edit("n1 skew 100");
    page.edit("n1 send n2 delay 5");
    Page.ok(LabExports.stepTo(page.lab, 9));
    assertThat(page.met("beyond-one-number")).containsExactly("false-order", "counter");
    page.edit("n1 send n3 delay 5");
    page.edit("drop m2");
    assertThat(page.met("beyond-one-number")).containsExactly("false-order", "counter");
    page.edit("n3 local");
    assertThat(page.met("beyond-one-number")).containsExactly("false-order", "counter", "lost");
    page.close();
  }

  @Test
  void aQuizJudgesRightAnswersAsRight() {
    for (int level = 1; level <= Quiz.LEVELS_MAX; level++) {
      Json.Fields quiz = Page.ok(LabExports.quiz(11, level));
      List<Json> blanks = Page.list(quiz, "blanks");
      assertThat(blanks).hasSizeGreaterThanOrEqualTo(3);
      int number = (int) Page.number(quiz, "quiz");
      Json.Fields empty = Page.ok(LabExports.answer(number, "[]"));
      assertThat(Page.list(empty, "right")).isEmpty();
      assertThat(Page.number(empty, "score")).isZero();
      assertThat(Page.number(empty, "of")).isEqualTo((long) blanks.size() * level);
      List<Json> wrong = Page.list(empty, "wrong");
      assertThat(wrong).hasSameSizeAs(blanks);
      JsonWriter answers = new JsonWriter().array();
      for (Json item : wrong) {
        Json.Fields one = (Json.Fields) item;
        assertThat(Page.text(one, "why")).contains(Page.text(one, "expected"));
        answers.object().field("i", Page.number(one, "i"));
        answers.field("value", " (" + Page.text(one, "expected") + ")").end();
      }
      Json.Fields all = Page.ok(LabExports.answer(number, answers.end().text()));
      assertThat(Page.list(all, "wrong")).isEmpty();
      assertThat(Page.number(all, "score")).isEqualTo(Page.number(all, "of"));
    }
  }

  @Test
  void aQuizIsTheSameForTheSameSeedAndAsksForReceives() {
    Json.Fields first = Page.ok(LabExports.quiz(5, 2));
    Json.Fields second = Page.ok(LabExports.quiz(5, 2));
    assertThat(Page.text(first, "script")).isEqualTo(Page.text(second, "script"));
    assertThat(Page.list(first, "blanks")).isEqualTo(Page.list(second, "blanks"));
    assertThat(Page.text(Page.ok(LabExports.quiz(6, 2)), "script"))
        .isNotEqualTo(Page.text(first, "script"));
    int number = (int) Page.number(first, "quiz");
    assertThat(LabExports.answer(number, "[]")).contains("max(");
  }

  @Test
  void aVectorMayBeGivenAsAList() {
    Json.Fields quiz = Page.ok(LabExports.quiz(3, 3));
    int number = (int) Page.number(quiz, "quiz");
    Json.Fields blank =
        (Json.Fields) Page.list(Page.ok(LabExports.answer(number, "[]")), "wrong").getFirst();
    String expected = Page.text(blank, "expected");
    long event = Page.number(blank, "i");
    String list = "[{\"i\":" + event + ",\"clock\":\"vector\",\"value\":[" + expected + "]}]";
    assertThat(Page.ints(Page.ok(LabExports.answer(number, list)), "right"))
        .containsExactly((int) event);
    String other = list.replace("\"vector\"", "\"lamport\"");
    assertThat(Page.ints(Page.ok(LabExports.answer(number, other)), "right")).isEmpty();
    assertThat(LabExports.answer(number, "[]")).contains("the greater of (");
  }

  @Test
  void refusesWhatIsNoAnswer() {
    int number = (int) Page.number(Page.ok(LabExports.quiz(1, 1)), "quiz");
    assertThat(Page.error(LabExports.answer(number, "{}"))).startsWith("answers are a list");
    assertThat(Page.error(LabExports.answer(number, "[{\"i\":1}]"))).contains("\"value\"");
    assertThat(Page.error(LabExports.answer(number, "[{\"i\":1,\"value\":true}]")))
        .isEqualTo("a value is a number, a text or a list");
    assertThat(Page.error(LabExports.answer(number, "["))).startsWith("bad JSON");
    assertThat(Page.error(LabExports.answer(0, "[]"))).startsWith("no quiz 0 is known");
    assertThat(Page.error(LabExports.quiz(1, 0))).isEqualTo("the levels are 1 to 5");
    assertThat(Page.error(LabExports.quiz(1, 6))).isEqualTo("the levels are 1 to 5");
    for (int i = 0; i < Teaching.QUIZZES_MAX; i++) {
      Page.ok(LabExports.quiz(i, 1));
    }
    assertThat(Page.error(LabExports.answer(number, "[]"))).contains("draw a new one");
  }
}
