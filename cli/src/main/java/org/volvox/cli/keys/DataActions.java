package org.volvox.cli.keys;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Json;
import org.volvox.cli.Suggest;
import org.volvox.cli.Table;
import org.volvox.client.Volvox;
import org.volvox.client.keys.AvailableSpace;
import org.volvox.client.keys.MergedFlag;
import org.volvox.client.keys.MergedMap;
import org.volvox.client.keys.Told;
import org.volvox.client.keys.Written;

/** Sets, flags and maps of available spaces. */
final class DataActions {
  private final Line line;
  private final PrintStream out;

  DataActions(Line line) {
    this.line = line;
    this.out = line.streams().out();
  }

  KeysCommand.Work work(String action) {
    return switch (action) {
      case "add" -> {
        line.want("SPACE", "SET", "ELEMENT");
        Bytes element = line.bytes(2);
        yield volvox -> done(() -> open(volvox, action).set(line.bytes(1)).add(element));
      }
      case "remove" -> {
        line.want("SPACE", "SET", "ELEMENT");
        Bytes element = line.bytes(2);
        yield volvox -> done(() -> open(volvox, action).set(line.bytes(1)).remove(element));
      }
      case "members" -> {
        line.want("SPACE", "SET");
        yield volvox -> members(open(volvox, action).set(line.bytes(1)).elements());
      }
      case "flag" -> flag();
      default -> field(action);
    };
  }

  private AvailableSpace open(Volvox volvox, String action)
      throws IOException, InterruptedException {
    return Kinds.available(volvox.keys().open(line.word(0)), action);
  }

  /** A change. */
  private interface Change {
    void make() throws IOException, InterruptedException;
  }

  private static int done(Change change) throws IOException, InterruptedException {
    change.make();
    return ExitCode.DONE;
  }

  private int members(Told<List<Bytes>> told) {
    List<Bytes> elements = Shown.told(line.streams(), told);
    if (line.isJson()) {
      Json json = new Json(out).openObject().name("elements").openArray();
      elements.forEach(each -> Shown.value(json, each));
      json.closeArray();
      silent(json, told);
      json.closeObject().endLine();
    } else {
      elements.forEach(each -> out.println(Shown.line(each)));
    }
    return ExitCode.DONE;
  }

  private KeysCommand.Work flag() {
    line.want("SPACE", "KEY", "on|off|show");
    String what = line.word(2);
    Suggest.require("keys flag", what, List.of("on", "off", "show"));
    return volvox -> {
      MergedFlag flag = open(volvox, "flag").flag(line.bytes(1));
      switch (what) {
        case "on" -> flag.on();
        case "off" -> flag.off();
        default -> show(flag.isOn());
      }
      return ExitCode.DONE;
    };
  }

  private void show(Told<Boolean> told) {
    boolean isOn = Shown.told(line.streams(), told);
    if (line.isJson()) {
      Json json = new Json(out).openObject().field("on", isOn);
      silent(json, told);
      json.closeObject().endLine();
    } else {
      out.println(isOn ? "on" : "off");
    }
  }

  private KeysCommand.Work field(String action) {
    switch (action) {
      case "field put" -> line.want("SPACE", "MAP", "FIELD", "VALUE");
      case "field list" -> line.want("SPACE", "MAP");
      default -> line.want("SPACE", "MAP", "FIELD");
    }
    Bytes key = line.bytes(1);
    return volvox -> {
      MergedMap map = open(volvox, action).map(key);
      return switch (action) {
        case "field put" -> done(() -> map.put(line.bytes(2), line.value(3)));
        case "field del" -> done(() -> map.remove(line.bytes(2)));
        case "field get" -> field(map);
        default -> fields(map.fields());
      };
    };
  }

  private int field(MergedMap map) throws IOException, InterruptedException {
    if (line.isAll) {
      List<Written> all = Shown.told(line.streams(), map.all(line.bytes(2)));
      if (all.isEmpty()) {
        throw missing();
      }
      print(line, all);
      return ExitCode.DONE;
    }
    Told<Optional<Bytes>> told = map.get(line.bytes(2));
    Bytes value = Shown.told(line.streams(), told).orElseThrow(this::missing);
    if (line.isJson()) {
      Json json = new Json(out).openObject();
      Shown.field(json, "field", line.bytes(2));
      Shown.field(json, "value", value);
      silent(json, told);
      json.closeObject().endLine();
    } else {
      out.write(value.toArray(), 0, value.length());
      out.println();
    }
    return ExitCode.DONE;
  }

  private Failure missing() {
    return new Failure(
        ExitCode.FAILED,
        "map " + line.word(1) + " of space " + line.word(0) + " has no field " + line.word(2),
        "Fields there are: volvox keys field list " + line.word(0) + " " + line.word(1));
  }

  private int fields(Told<NavigableMap<Bytes, Bytes>> told) {
    NavigableMap<Bytes, Bytes> fields = Shown.told(line.streams(), told);
    if (line.isJson()) {
      Json json = new Json(out).openObject().name("fields").openArray();
      fields.forEach((name, value) -> {
        Shown.field(json.openObject(), "field", name);
        Shown.field(json, "value", value).closeObject();
      });
      json.closeArray();
      silent(json, told);
      json.closeObject().endLine();
    } else {
      fields.forEach((name, value) -> out.println(Shown.line(name) + "\t" + Shown.line(value)));
    }
    return ExitCode.DONE;
  }

  /** Values that were put at once, the last writer's last. */
  static void print(Line line, List<Written> all) {
    PrintStream out = line.streams().out();
    if (line.isJson()) {
      Json json = new Json(out).openArray();
      for (Written each : all) {
        Shown.field(json.openObject(), "value", each.value());
        json.field("time", KeyActions.time(each))
            .field("counter", each.counter())
            .field("replica", Long.toUnsignedString(each.replica()))
            .closeObject();
      }
      json.closeArray().endLine();
      return;
    }
    Table table = new Table("time", "replica", "value");
    for (Written each : all) {
      table.row(
          KeyActions.time(each), Long.toUnsignedString(each.replica()), Shown.line(each.value()));
    }
    table.print(out);
  }

  static void silent(Json json, Told<?> told) {
    json.field("node", told.node().toString()).name("silent").openArray();
    told.silent()
        .forEach(each ->
            json.openObject()
                .field("node", each.node().toString())
                .field("millis", each.age().toMillis())
                .closeObject());
    json.closeArray();
  }
}
