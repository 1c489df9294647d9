package org.volvox.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.MalformedException;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonReader;

/** A page with one open lab: it calls the exports and reads their answers. */
final class Page {
  final int lab;

  private Page(int lab) {
    this.lab = lab;
  }

  static Page open(String script) {
    return new Page((int) number(ok(LabExports.open(script)), "lab"));
  }

  static Page imports(String lines) {
    return new Page((int) number(ok(LabExports.importLines(lines)), "lab"));
  }

  void close() {
    ok(LabExports.close(lab));
  }

  Json.Fields view() {
    return ok(LabExports.view(lab));
  }

  Json.Fields edit(String line) {
    return ok(LabExports.edit(lab, line));
  }

  String script() {
    return text(view(), "script");
  }

  List<String> told() {
    List<String> told = new ArrayList<>();
    for (Json event : list(ok(LabExports.events(lab, 0)), "events")) {
      told.add(text((Json.Fields) event, "text"));
    }
    return told;
  }

  Json.Fields message(int number) {
    return (Json.Fields) list(ok(LabExports.messages(lab)), "messages").get(number - 1);
  }

  List<String> met(String lesson) {
    List<String> met = new ArrayList<>();
    for (Json item : list(ok(LabExports.goals(lab, lesson)), "goals")) {
      Json.Fields goal = (Json.Fields) item;
      assertThat(text(goal, "text")).isNotEmpty();
      if (goal.find("met").orElseThrow().equals(new Json.Bool(true))) {
        met.add(text(goal, "id"));
      }
    }
    return met;
  }

  /** The ids of the invariants that are red. */
  List<String> broken() {
    List<String> broken = new ArrayList<>();
    for (Json item : list(view(), "invariants")) {
      Json.Fields invariant = (Json.Fields) item;
      if (invariant.find("holds").orElseThrow().equals(new Json.Bool(false))) {
        assertThat(text(invariant, "text")).isNotEmpty();
        assertThat(invariant.find("event")).isPresent();
        broken.add(text(invariant, "id"));
      }
    }
    return broken;
  }

  static Json.Fields ok(String answer) {
    Json.Fields fields = fields(answer);
    assertThat(fields.find("ok")).as(answer).contains(new Json.Bool(true));
    return fields;
  }

  static String error(String answer) {
    Json.Fields fields = fields(answer);
    assertThat(fields.find("ok")).as(answer).contains(new Json.Bool(false));
    return text(fields, "error");
  }

  static Json.Fields fields(String json) {
    try {
      return JsonReader.readFields(json);
    } catch (MalformedException e) {
      throw new AssertionError(json, e);
    }
  }

  static String text(Json.Fields fields, String name) {
    try {
      return fields.text(name);
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  static long number(Json.Fields fields, String name) {
    try {
      return fields.number(name);
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  static boolean is(Json.Fields fields, String name) {
    return fields.find(name).orElseThrow().equals(new Json.Bool(true));
  }

  static List<Json> list(Json.Fields fields, String name) {
    try {
      return fields.array(name);
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  static List<Integer> ints(Json.Fields fields, String name) {
    List<Integer> ints = new ArrayList<>();
    for (Json item : list(fields, name)) {
      ints.add(Integer.parseInt(((Json.Numeral) item).digits()));
    }
    return ints;
  }
}
