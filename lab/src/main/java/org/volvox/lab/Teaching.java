package org.volvox.lab;

import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.MalformedException;
import org.volvox.base.json.JsonWriter;
import org.volvox.worlds.clock.ScriptException;

/** Lessons and quizzes as JSON; the quizzes that were drawn, the last few. */
final class Teaching {
  static final int QUIZZES_MAX = 64;

  private final TreeMap<Integer, Quiz> quizzes = new TreeMap<>();
  private int drawn;

  void quiz(int seed, int level, JsonWriter out) throws LabException, ScriptException {
    Quiz quiz = Quiz.draw(seed, level);
    quizzes.put(++drawn, quiz);
    if (quizzes.size() > QUIZZES_MAX) {
      quizzes.pollFirstEntry();
    }
    out.field("quiz", drawn).field("title", quiz.title());
    out.field("level", level).field("levels", Quiz.LEVELS_MAX);
    out.field("script", quiz.played().script().text()).name("blanks").array();
    for (Quiz.Blank blank : quiz.blanks()) {
      out.object().field("i", blank.event()).field("clock", blank.clock().word()).end();
    }
    out.end();
  }

  void answer(int number, String answers, JsonWriter out) throws LabException, MalformedException {
    Quiz quiz = quizzes.get(number);
    if (quiz == null) {
      throw new LabException("no quiz " + number + " is known; draw a new one");
    }
    new QuizAnswers(quiz, answers).judge(out);
  }

  static void lessons(JsonWriter out) {
    out.name("lessons").array();
    for (Lesson lesson : Lessons.ALL) {
      out.object().field("id", lesson.id()).field("title", lesson.title()).name("text").array();
      lesson.text().forEach(out::value);
      out.end().field("script", lesson.script()).name("goals").array();
      for (Lesson.Goal goal : lesson.goals()) {
        out.object().field("id", goal.id()).field("title", goal.title()).end();
      }
      out.end().end();
    }
    out.end();
  }

  /** The goals of a lesson; one that was met before stays met. */
  static void goals(Lab lab, Lesson lesson, JsonWriter out) {
    out.name("goals").array();
    for (Lesson.Goal goal : lesson.goals()) {
      Optional<String> proof = goal.proof().apply(lab);
      if (proof.isPresent()) {
        lab.met(lesson.id()).add(goal.id());
      }
      boolean isMet = lab.met(lesson.id()).contains(goal.id());
      out.object().field("id", goal.id()).field("met", isMet);
      out.field("text", proof.orElse(isMet ? "Done." : goal.hint())).end();
    }
    out.end();
  }
}
