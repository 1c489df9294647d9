package org.volvox.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.teavm.jso.JSExport;
import org.volvox.base.MalformedException;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventLine;
import org.volvox.base.event.HappenedBefore;
import org.volvox.base.event.HappenedBefore.Answer;
import org.volvox.base.event.ShiVizLog;
import org.volvox.base.json.JsonWriter;
import org.volvox.worlds.clock.BrokenRule;
import org.volvox.worlds.clock.Causality;
import org.volvox.worlds.clock.Counterexample;
import org.volvox.worlds.clock.History;
import org.volvox.worlds.clock.Limits;
import org.volvox.worlds.clock.RandomScript;
import org.volvox.worlds.clock.Recorded;
import org.volvox.worlds.clock.Replay;
import org.volvox.worlds.clock.ScriptException;
import org.volvox.worlds.clock.ScriptReader;
import org.volvox.worlds.clock.Telling;

/**
 * The border between the lab's core and its pages, in JavaScript and on the JVM: JSON text and ints
 * go in, JSON text comes out. Each answer has {@code ok}; one that is not has {@code error}, for
 * the reader of the page. docs/lab.md has the forms.
 */
public final class LabExports {
  /** A page needs one; this is for a page that forgets to close. */
  static final int LABS_MAX = 64;

  private static final Map<Integer, Lab> LABS = new TreeMap<>();
  private static final Teaching TEACHING = new Teaching();
  private static int opened;

  private LabExports() {}

  /** What writes an answer's fields. */
  private interface Fields {
    void write(JsonWriter out) throws LabException, ScriptException, MalformedException;
  }

  @JSExport
  public static String open(@Nullable String script) {
    return answer(out -> out.field("lab", add(new Lab(ScriptReader.read(given(script))))));
  }

  @JSExport
  public static String close(int lab) {
    return answer(out -> {
      lab(lab);
      LABS.remove(lab);
    });
  }

  @JSExport
  public static String view(int lab) {
    return answer(out -> viewAndScript(lab(lab), out));
  }

  @JSExport
  public static String events(int lab, int from) {
    return answer(out -> new ViewJson(lab(lab), out).events(from));
  }

  @JSExport
  public static String messages(int lab) {
    return answer(out -> new ViewJson(lab(lab), out).messages());
  }

  @JSExport
  public static String seek(int lab, int step) {
    return answer(out -> {
      lab(lab).seek(step);
      new ViewJson(lab(lab), out).view();
    });
  }

  @JSExport
  public static String stepTo(int lab, int millis) {
    return answer(out -> {
      lab(lab).stepTo(millis);
      new ViewJson(lab(lab), out).view();
    });
  }

  @JSExport
  public static String edit(int lab, @Nullable String line) {
    return answer(out -> {
      out.field("forked", lab(lab).edit(given(line)));
      viewAndScript(lab(lab), out);
    });
  }

  @JSExport
  public static String branch(int lab, @Nullable String id) {
    return answer(out -> {
      lab(lab).branch(given(id));
      viewAndScript(lab(lab), out);
    });
  }

  @JSExport
  public static String cone(int lab, int event) {
    return answer(out -> {
      Lab open = lab(lab);
      History.Cone cone = open.history().cone(open.event(event), open.cursor());
      indices("past", cone.past(), out);
      indices("future", cone.future(), out);
      indices("concurrent", cone.concurrent(), out);
    });
  }

  @JSExport
  public static String relation(int lab, int left, int right) {
    return answer(out -> {
      Lab open = lab(lab);
      relation(open, open.event(left), open.event(right), out);
    });
  }

  private static void relation(Lab lab, int left, int right, JsonWriter out) {
    History history = lab.history();
    Answer answer = history.compare(left, right);
    List<Causality.Link> chain =
        switch (answer) {
          case BEFORE -> history.chain(left, right);
          case AFTER -> history.chain(right, left);
          case SAME, CONCURRENT, UNKNOWN -> List.of();
        };
    out.field("answer", answer.name().toLowerCase(Locale.ROOT)).name("chain").array();
    for (Causality.Link link : chain) {
      out.object().field("from", link.from()).field("to", link.to());
      out.field("by", link.message() == 0 ? "order" : "m" + link.message()).end();
    }
    out.end().field("text", Telling.relation(history.run(), left, right, answer, chain));
  }

  @JSExport
  public static String order(int lab) {
    return answer(out -> indices("order", lab(lab).run().order(lab(lab).cursor()), out));
  }

  @JSExport
  public static String counterexample(@Nullable String rule) {
    return answer(out -> {
      String id = given(rule);
      BrokenRule broken = BrokenRule.ofId(id).orElseThrow(() -> new LabException("no rule " + id));
      Counterexample found = Counterexample.find(broken);
      out.field("script", found.script().text()).field("text", found.text());
      out.field("invariant", found.property().id());
    });
  }

  @JSExport
  public static String quiz(int seed, int level) {
    return answer(out -> TEACHING.quiz(seed, level, out));
  }

  @JSExport
  public static String answer(int quiz, @Nullable String answers) {
    return answer(out -> TEACHING.answer(quiz, given(answers), out));
  }

  @JSExport
  public static String lessons() {
    return answer(Teaching::lessons);
  }

  @JSExport
  public static String goals(int lab, @Nullable String lesson) {
    return answer(out -> Teaching.goals(lab(lab), Lessons.find(given(lesson)), out));
  }

  @JSExport
  public static String exportLines(int lab) {
    return answer(out -> out.field("text", lines(lab(lab))));
  }

  private static String lines(Lab lab) {
    StringBuilder text = new StringBuilder();
    for (Event event : lab.events()) {
      text.append(EventLine.write(event)).append('\n');
    }
    return text.toString();
  }

  @JSExport
  public static String importLines(@Nullable String text) {
    return answer(out -> out.field("lab", add(new Lab(Recorded.read(given(text))))));
  }

  @JSExport
  public static String fork(int lab) {
    return answer(out -> {
      if (lab(lab).history() instanceof Recorded recorded) {
        out.field("script", Replay.script(recorded).text());
      } else {
        out.field("script", lab(lab).script().text());
      }
    });
  }

  @JSExport
  public static String exportShiviz(int lab) {
    return answer(out -> {
      List<Event> events = new ArrayList<>(lab(lab).events());
      events.removeIf(event -> event.stamp().id().seq() == 0);
      List<String> log = new ShiVizLog(events, new HappenedBefore(events)).lines();
      out.field("text", String.join("\n", log) + "\n").field("pattern", ShiVizLog.PATTERN);
    });
  }

  @JSExport
  public static String random(int seed, int nodes, int steps) {
    return answer(out -> {
      if (nodes < 1 || nodes > Limits.NODES_MAX) {
        throw new LabException("a run has 1 to " + Limits.NODES_MAX + " nodes");
      }
      if (steps < 0 || steps > RandomScript.STEPS_MAX) {
        throw new LabException("a random run has 0 to " + RandomScript.STEPS_MAX + " steps");
      }
      out.field("script", RandomScript.draw(seed, RandomScript.Mood.FAULTY, nodes, steps).text());
    });
  }

  private static String answer(Fields fields) {
    try {
      JsonWriter out = new JsonWriter().object().field("ok", true);
      fields.write(out);
      return out.end().text();
    } catch (LabException | ScriptException | MalformedException e) {
      String why = String.valueOf(e.getMessage());
      return new JsonWriter().object().field("ok", false).field("error", why).end().text();
    }
  }

  private static String given(@Nullable String text) throws LabException {
    if (text == null) {
      throw new LabException("a text is wanted and none was given");
    }
    return text;
  }

  private static Lab lab(int number) throws LabException {
    Lab lab = LABS.get(number);
    if (lab == null) {
      throw new LabException("no lab " + number + " is open");
    }
    return lab;
  }

  private static int add(Lab lab) throws LabException {
    if (LABS.size() >= LABS_MAX) {
      throw new LabException(LABS_MAX + " labs are open; close one");
    }
    LABS.put(++opened, lab);
    return opened;
  }

  private static void viewAndScript(Lab lab, JsonWriter out) throws LabException {
    new ViewJson(lab, out).view();
    if (!lab.isImported()) {
      out.field("seed", lab.script().seed()).field("script", lab.script().text());
    }
  }

  private static void indices(String name, List<Integer> indices, JsonWriter out) {
    out.name(name).array();
    indices.forEach(out::value);
    out.end();
  }
}
