package org.volvox.verify.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.volvox.base.MalformedException;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonReader;
import org.volvox.base.json.JsonWriter;
import org.volvox.lab.LabExports;

/**
 * {@code calls} prints calls of the lab, one a line as a JSON list of name and arguments; {@code
 * answers} reads such lines and prints what the JVM answers. {@code ./dev test} has both answered
 * by Node.js too.
 */
public final class LabCalls {
  private static final int SEEDS = 30;
  private static final List<String> EDITS =
      List.of(
          "n1 local \"\u00e9 & \\\"",
          "n1 send n2",
          "drop m1",
          "delay m2 70",
          "duplicate m2",
          "node",
          "n2 skew -30",
          "rules forget-max",
          "rules",
          "n9 local",
          "nonsense");

  private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

  private LabCalls() {}

  public static void main(String[] args) throws IOException, MalformedException {
    if (args.length == 1 && args[0].equals("calls")) {
      calls();
    } else {
      answers();
    }
    OUT.flush();
  }

  private static void calls() throws MalformedException {
    call("lessons");
    for (String rule : List.of("forget-max", "no-tick-on-receive", "do-not-send-clock", "none")) {
      call("counterexample", rule);
    }
    int lab = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      String random = LabExports.random(seed, 2 + seed % 6, 30 + seed);
      call("random", seed, 2 + seed % 6, 30 + seed);
      call("open", JsonReader.readFields(random).text("script"));
      lab++;
      about(lab, seed);
      call("exportLines", lab);
      // What it writes comes back as another lab.
      LabExports.open(JsonReader.readFields(random).text("script"));
      String lines = JsonReader.readFields(LabExports.exportLines(seed)).text("text");
      call("importLines", lines);
      lab++;
      questions(lab);
      call("fork", lab);
      call("close", lab);
      call("close", lab - 1);
      call("quiz", seed, 1 + seed % 5);
      call("answer", seed, "[{\"i\":3,\"value\":4},{\"i\":5,\"value\":\"1,0\"}]");
    }
  }

  private static void about(int lab, int seed) {
    questions(lab);
    call("exportShiviz", lab);
    for (String lesson : List.of("one-number", "why-each-rule", "beyond-one-number")) {
      call("goals", lab, lesson);
    }
    for (String edit : EDITS) {
      call("seek", lab, 10 + seed % 7);
      call("edit", lab, edit);
    }
    call("stepTo", lab, 100);
    call("branch", lab, "b1");
    questions(lab);
  }

  private static void questions(int lab) {
    call("view", lab);
    call("events", lab, 0);
    call("messages", lab);
    call("order", lab);
    call("cone", lab, 7);
    call("relation", lab, 2, 20);
    call("relation", lab, 19, 3);
  }

  private static void call(String name, Object... given) {
    JsonWriter out = new JsonWriter().array().value(name);
    for (Object one : given) {
      if (one instanceof Integer number) {
        out.value(number.intValue());
      } else {
        out.value(one.toString());
      }
    }
    OUT.println(out.end().text());
  }

  private static void answers() throws IOException, MalformedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (JsonReader.read(line) instanceof Json.Array(List<Json> items)) {
        OUT.println(answer(items));
      }
    }
  }

  private static String answer(List<Json> call) {
    String name = text(call, 0);
    return switch (name) {
      case "lessons" -> LabExports.lessons();
      case "counterexample" -> LabExports.counterexample(text(call, 1));
      case "random" -> LabExports.random(number(call, 1), number(call, 2), number(call, 3));
      case "open" -> LabExports.open(text(call, 1));
      case "importLines" -> LabExports.importLines(text(call, 1));
      case "quiz" -> LabExports.quiz(number(call, 1), number(call, 2));
      case "answer" -> LabExports.answer(number(call, 1), text(call, 2));
      case "relation" -> LabExports.relation(number(call, 1), number(call, 2), number(call, 3));
      case "goals" -> LabExports.goals(number(call, 1), text(call, 2));
      case "edit" -> LabExports.edit(number(call, 1), text(call, 2));
      case "branch" -> LabExports.branch(number(call, 1), text(call, 2));
      case "events" -> LabExports.events(number(call, 1), number(call, 2));
      case "cone" -> LabExports.cone(number(call, 1), number(call, 2));
      case "seek" -> LabExports.seek(number(call, 1), number(call, 2));
      case "stepTo" -> LabExports.stepTo(number(call, 1), number(call, 2));
      default -> ofLab(name, number(call, 1));
    };
  }

  private static String ofLab(String name, int lab) {
    return switch (name) {
      case "view" -> LabExports.view(lab);
      case "messages" -> LabExports.messages(lab);
      case "order" -> LabExports.order(lab);
      case "exportLines" -> LabExports.exportLines(lab);
      case "exportShiviz" -> LabExports.exportShiviz(lab);
      case "fork" -> LabExports.fork(lab);
      case "close" -> LabExports.close(lab);
      default -> throw new IllegalArgumentException("no call " + name);
    };
  }

  private static String text(List<Json> call, int place) {
    return call.get(place) instanceof Json.Text(String value) ? value : "";
  }

  private static int number(List<Json> call, int place) {
    return call.get(place) instanceof Json.Numeral(String digits) ? Integer.parseInt(digits) : 0;
  }
}
