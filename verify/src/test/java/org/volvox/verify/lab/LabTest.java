package org.volvox.verify.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.lab.LabExports;

/** The lab as it is used: by mouse, by keys, by links; what it shows is what the JVM says. */
class LabTest {
  private static LabBrowser browser;

  /** n3 acts alone; a chain of messages leads from n1 through n2 to n3, where max() matters. */
  private static final String TEXTBOOK = "n1:1 n3:1 n1:2 n2:3 n2:4 n3:5 n3:6";

  @BeforeAll
  static void start() throws IOException {
    browser = LabBrowser.start();
  }

  @AfterAll
  static void stop() {
    if (browser != null) browser.close();
  }

  @AfterEach
  void nothingComplained() {
    assertThat(browser.complaints()).isEmpty();
  }

  private static LabPage empty() {
    LabPage lab = browser.open();
    lab.button("Free run");
    lab.button("Clear");
    lab.awaitSteps(0);
    return lab;
  }

  @Test
  void theFirstClickDoesSomething() {
    LabPage lab = browser.open();
    int steps = lab.number("lab.view.steps");
    lab.clickLane("n2", lab.number("lab.view.now") + 10);
    lab.awaitSteps(steps + 1);
    assertThat(lab.text("lab.events.at(-1).kind")).isEqualTo("local");
  }

  @Test
  void aFingerTapsALaneAndThenSenderAndReceiver() {
    LabPage lab = browser.openOnPhone();
    assertThat(lab.page().locator(".intro b").textContent()).startsWith("Tap a lane");
    int steps = lab.number("lab.view.steps");
    lab.tapLane("n3", lab.number("lab.view.now") + 5);
    lab.awaitSteps(steps + 1);
    lab.page().locator("[data-node=n1]").tap();
    lab.page().locator("[data-node=n3]").tap();
    lab.awaitSteps(steps + 3);
    assertThat(lab.text("lab.messages.at(-1).from + lab.messages.at(-1).to")).isEqualTo("n1n3");
    assertSameOnTheJvm(lab);
  }

  @Test
  void theTextbookRunByMouse() {
    LabPage lab = empty();
    lab.clickLane("n1", 0);
    lab.clickLane("n3", 5);
    lab.drag("n1", 15, "n2", 40);
    lab.button("Step ›");
    lab.page().locator("[data-node=n2]").click();
    lab.page().locator("[data-node=n3]").click();
    lab.button("Step ›");
    lab.clickLane("n3", lab.number("lab.view.now") + 12);
    assertThat(lab.lamport()).isEqualTo(TEXTBOOK);
    assertThat(lab.number("lab.messages[0].dueAt - lab.messages[0].sentAt")).isBetween(24, 26);
    assertSameOnTheJvm(lab);
    lab.clickEvent(3);
    assertThat(lab.page().locator(".sum").first().textContent()).isEqualTo("max(0, 2) + 1 = 3");
  }

  @Test
  void theTextbookRunByKeysAlone() {
    LabPage lab = empty();
    lab.focusDiagram();
    lab.key("l", "ArrowDown", "ArrowDown", "Enter", "ArrowUp", "ArrowUp", "s", "2", "]");
    lab.key("ArrowDown", "s", "3", "]", "ArrowDown", "l");
    assertThat(lab.lamport()).isEqualTo(TEXTBOOK);
    assertSameOnTheJvm(lab);
    lab.key("ArrowLeft", "ArrowLeft", "Enter");
    assertThat(lab.page().locator(".sum").first().textContent()).isEqualTo("max(1, 4) + 1 = 5");
    lab.key("m");
    assertThat(lab.text("lab.diagram.spot.node")).isEqualTo("n2");
  }

  @Test
  void aMessageIsDelayedDroppedAndDuplicatedByHandAndByKey() {
    LabPage lab = empty();
    lab.drag("n1", 10, "n2", 40);
    lab.dragHead("m1", 80);
    assertThat(lab.number("lab.messages[0].dueAt")).isGreaterThan(50);
    lab.focusDiagram();
    lab.key("ArrowUp", "ArrowLeft", "u", "-");
    assertThat(lab.number("lab.messages.length")).isEqualTo(2);
    assertThat(lab.text("lab.messages[1].copyOf")).isEqualTo("m1");
    lab.key("d");
    assertThat(lab.text("lab.messages[0].state")).isEqualTo("lost");
    assertSameOnTheJvm(lab);
  }

  @Test
  void stepBackEqualsReplay() {
    LabPage lab = browser.open();
    lab.openScript(json(LabExports.random(11, 4, 60), "script"));
    int steps = lab.number("lab.view.steps");
    for (int step = steps - 1; step >= 0; step -= 3) {
      lab.button("‹ Back");
      lab.button("‹ Back");
      lab.button("‹ Back");
      int cursor = lab.number("lab.view.cursor");
      assertThat(cursor).isEqualTo(Math.max(0, step - 2));
      String back =
          lab.text("JSON.stringify([lab.current.view(), lab.current.messages(), lab.order])");
      lab.look("lab.seek(0)");
      for (int k = 0; k < cursor; k++) lab.look("lab.step(1)");
      assertThat(
              lab.text("JSON.stringify([lab.current.view(), lab.current.messages(), lab.order])"))
          .isEqualTo(back);
    }
  }

  @Test
  void anEditInThePastKeepsTheOldRunAsABranch() {
    LabPage lab = browser.open();
    lab.openScript(LabPage.script("@0 n1 local", "@10 n1 send n2 delay 20", "@50 n3 local"));
    String before = lab.text("lab.view.digest");
    lab.button("‹ Back");
    lab.clickLane("n2", lab.number("lab.view.now") + 10);
    assertThat(lab.page().locator(".note").textContent()).contains("kept as a branch");
    assertThat(lab.text("lab.view.digest")).isNotEqualTo(before);
    lab.button("Go back to it");
    lab.settle();
    assertThat(lab.text("lab.view.digest")).isEqualTo(before);
  }

  @Test
  void aLinkReopensTheRunWithTheJvmsDigest() {
    LabPage lab = browser.open();
    lab.openScript(json(LabExports.random(5, 5, 40), "script"));
    lab.await("lab.linked === lab.script && location.hash === lab.ownHash");
    String link = lab.page().url();
    LabPage again = browser.openAt(link, 1280, 860, ColorScheme.DARK);
    again.await("lab.mode === 'free' && lab.view.steps > 20");
    assertThat(again.text("lab.view.digest")).isEqualTo(lab.text("lab.view.digest"));
    assertSameOnTheJvm(again);
  }

  @Test
  void aBadLinkIsSaidAndThePageGoesOn() {
    LabPage lab = browser.openAt(browser.address() + "#s=abcd", 1280, 860, ColorScheme.LIGHT);
    lab.await("lab.note !== null");
    assertThat(lab.page().locator(".note").textContent()).contains("This link holds no run");
    lab.clickLane("n1", lab.number("lab.view.now") + 10);
    assertThat(lab.text("lab.events.at(-1).kind")).isEqualTo("local");
  }

  @ParameterizedTest
  @ValueSource(strings = {"forget-max", "no-tick-on-receive", "do-not-send-clock"})
  void aBrokenRuleTurnsItsInvariantRedAndTheShortestRunReplays(String rule) {
    LabPage lab = browser.open();
    lab.page().locator("[data-shortest=" + rule + "]").click();
    lab.await("lab.script.includes('" + rule + "')");
    lab.settle();
    assertThat(lab.page().locator(".invariants .fails").count()).isPositive();
    assertThat(lab.page().locator(".note").textContent()).isNotBlank();
    String invariant = json(LabExports.counterexample(rule), "invariant");
    assertThat(lab.page().locator("[data-invariant=" + invariant + "].fails").count()).isOne();
    assertSameOnTheJvm(lab);
    lab.page().locator("[data-rule=" + rule + "]").click();
    lab.await("lab.view.invariants.every(each => each.holds)");
    lab.page().locator("[data-rule=" + rule + "]").click();
    lab.await("lab.view.invariants.some(each => !each.holds)");
  }

  @Test
  void twoEventsShowTheChainBetweenThem() {
    LabPage lab = browser.open();
    lab.openScript(
        LabPage.script(
            "@0 n1 local", "@10 n1 send n2 delay 20", "@40 n2 send n3 delay 20", "@70 n1 local"));
    lab.clickEvent(0);
    assertThat(lab.page().locator(".cones").textContent()).contains("5 after it");
    lab.clickEvent(4);
    assertThat(lab.page().locator(".chain li").count()).isEqualTo(4);
    lab.clickEvent(5);
    lab.clickEvent(4);
    assertThat(lab.page().locator("aside .sum").textContent()).isEqualTo("concurrent");
  }

  @Test
  void whatIsPredictedIsChecked() {
    LabPage lab = browser.open();
    lab.button("Predict");
    lab.await("lab.quiz !== null");
    int blanks = lab.number("lab.quiz.blanks.length");
    assertThat(lab.text("lab.said")).doesNotContain("max(");
    for (int k = 0; k < blanks; k++) {
      String right = lab.text("String(lab.events[lab.quiz.blanks[" + k + "].i].clock)");
      lab.page().locator("[data-blank]").nth(k).fill(k == 0 ? "999" : right);
    }
    lab.button("Check");
    lab.await("lab.marks !== null");
    assertThat(lab.page().locator(".blank.wrong").count()).isOne();
    assertThat(lab.page().locator(".blank .why").textContent()).contains("+ 1 =");
    assertThat(lab.number("lab.score.right")).isEqualTo(blanks - 1);
  }

  @Test
  void timePlaysPausesAndEnds() {
    LabPage lab = browser.open();
    lab.openScript(LabPage.script("@0 n1 local", "@20 n1 send n2 delay 30", "@80 n2 local"));
    lab.page().locator(".speed select").selectOption("8");
    lab.key("p");
    lab.await("lab.player.playing && lab.view.cursor > 0");
    lab.await("!lab.player.playing && lab.view.cursor === lab.view.steps");
    lab.page().locator(".speed select").selectOption("instant");
    lab.key("[", "[", "p");
    assertThat(lab.number("lab.view.cursor")).isEqualTo(4);
  }

  @Test
  void whoWantsLittleMotionGetsStepsAndNoGlidingLine() {
    LabPage lab = browser.open();
    lab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
    lab.openScript(LabPage.script("@0 n1 local", "@900 n2 local", "@1800 n2 local"));
    lab.page().locator(".speed select").selectOption("16");
    lab.look("lab.glided = false");
    lab.page()
        .evaluate(
            "() => { const lab = document.querySelector('volvox-lab'); const moment = lab.player.onMoment;"
                + " lab.player.onMoment = at => { const more = moment(at); lab.glided ||= lab.playhead !== null; return more; }; }");
    lab.button("Play");
    lab.await("!lab.player.playing && lab.view.cursor === 3");
    assertThat(lab.look("lab.glided")).isEqualTo(false);
  }

  @Test
  void allLessonsAreReachedByNextAndPrevious() {
    LabPage lab = browser.open();
    int all = lab.number("lab.lessons.length");
    assertThat(all).isGreaterThanOrEqualTo(3);
    for (int k = 1; k < all; k++) lab.button("Next");
    assertThat(lab.page().locator(".lesson .small").textContent()).contains(all + " of " + all);
    lab.button("Previous");
    assertThat(lab.number("lab.lesson")).isEqualTo(all - 2);
  }

  /** The same script through the same classes, here: digest and every event are equal. */
  private static void assertSameOnTheJvm(LabPage lab) {
    int opened = Integer.parseInt(json(LabExports.open(lab.text("lab.script")), "lab"));
    String digest = json(LabExports.view(opened), "digest");
    assertThat(lab.text("lab.view.digest")).isEqualTo(digest);
    lab.look("lab.seek(lab.view.steps)");
    assertThat(lab.text("JSON.stringify(lab.current.events(0))"))
        .isEqualTo(
            LabExports.events(opened, 0)
                .replaceFirst("^\\{\"ok\":true,\"events\":", "")
                .replaceFirst("}$", ""));
    LabExports.close(opened);
  }

  /** The first field of that name in an answer. */
  private static String json(String text, String field) {
    try (JsonParser in = new JsonFactory().createParser(text)) {
      while (in.nextToken() != null) {
        if (field.equals(in.currentName())) {
          in.nextToken();
          return in.getText();
        }
      }
      throw new AssertionError("no " + field + " in " + text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
