package org.volvox.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.MalformedException;
import org.volvox.base.clock.VectorClock;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonReader;
import org.volvox.base.json.JsonWriter;
import org.volvox.worlds.clock.Happening;
import org.volvox.worlds.clock.Lane;
import org.volvox.worlds.clock.Message;
import org.volvox.worlds.clock.Run;
import org.volvox.worlds.clock.Telling;

/** Holds a reader's answers against a quiz: a blank that was left out is wrong. */
final class QuizAnswers {
  /** An answer, its value as text without brackets and spaces. */
  private record Given(int event, Optional<String> clock, String value) {}

  private final Quiz quiz;
  private final Run run;
  private final List<Given> given = new ArrayList<>();

  QuizAnswers(Quiz quiz, String json) throws MalformedException {
    this.quiz = quiz;
    this.run = quiz.played().run();
    if (!(JsonReader.read(json) instanceof Json.Array(List<Json> items))) {
      throw new MalformedException("answers are a list: [{\"i\":3,\"value\":4}]");
    }
    for (Json item : items) {
      Json.Fields fields = item.asFields();
      Optional<String> clock =
          fields.find("clock").isPresent() ? Optional.of(fields.text("clock")) : Optional.empty();
      given.add(new Given((int) fields.number("i"), clock, value(fields.at("value"))));
    }
  }

  private static String value(Json json) throws MalformedException {
    return switch (json) {
      case Json.Numeral(String digits) -> digits;
      case Json.Text(String text) -> plain(text);
      case Json.Array(List<Json> items) -> {
        StringBuilder joined = new StringBuilder();
        for (Json item : items) {
          joined.append(joined.isEmpty() ? "" : ",").append(value(item));
        }
        yield joined.toString();
      }
      default -> throw new MalformedException("a value is a number, a text or a list");
    };
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (" []()".indexOf(text.charAt(i)) < 0) {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }

  /** Writes what was right, what was wrong and why, and the score. */
  void judge(JsonWriter out) {
    List<Quiz.Blank> wrong = new ArrayList<>();
    out.name("right").array();
    for (Quiz.Blank blank : quiz.blanks()) {
      if (isRight(blank)) {
        out.value(blank.event());
      } else {
        wrong.add(blank);
      }
    }
    out.end().name("wrong").array();
    for (Quiz.Blank blank : wrong) {
      out.object().field("i", blank.event()).field("clock", blank.clock().word());
      out.field("expected", expected(blank)).field("why", why(blank)).end();
    }
    int blanks = quiz.blanks().size();
    out.end().field("score", (blanks - wrong.size()) * quiz.points());
    out.field("of", blanks * quiz.points());
  }

  private boolean isRight(Quiz.Blank blank) {
    for (Given one : given) {
      boolean isFor =
          one.event() == blank.event()
              && one.clock().orElse(blank.clock().word()).equals(blank.clock().word());
      if (isFor) {
        return one.value().equals(expected(blank));
      }
    }
    return false;
  }

  private String expected(Quiz.Blank blank) {
    return switch (blank.clock()) {
      case LAMPORT -> run.at(blank.event()).clocks().lamport().toString();
      case VECTOR -> vector(run.at(blank.event()).clocks().vector());
    };
  }

  private String vector(VectorClock vector) {
    StringBuilder text = new StringBuilder();
    for (Lane lane : run.lanes()) {
      text.append(text.isEmpty() ? "" : ",").append(vector.count(lane.origin()));
    }
    return text.toString();
  }

  private String why(Quiz.Blank blank) {
    int event = blank.event();
    if (blank.clock() == Quiz.Clock.LAMPORT) {
      return Telling.step(run, event, quiz.played().rules());
    }
    String own = "(" + vector(run.before(event).vector()) + ")";
    String result = " = (" + expected(blank) + ")";
    String node = run.laneOf(event).toString();
    if (run.at(event).kind() != Happening.Kind.RECEIVE) {
      return Telling.what(run, event) + ": " + own + " and 1 more for " + node + result;
    }
    Message message = run.message(event).orElseThrow();
    return Telling.what(run, event)
        + ": the greater of "
        + own
        + " and ("
        + vector(message.carried().vector())
        + ") for each node, and 1 more for "
        + node
        + result;
  }
}
