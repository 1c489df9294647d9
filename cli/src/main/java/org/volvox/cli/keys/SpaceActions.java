package org.volvox.cli.keys;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Suggest;
import org.volvox.cli.Table;

/** `volvox keys space`. */
final class SpaceActions {
  private final Line line;
  private final PrintStream out;

  SpaceActions(Line line) {
    this.line = line;
    this.out = line.streams().out();
  }

  KeysCommand.Work work(String action) {
    if (action.equals("space list")) {
      line.want();
      return volvox -> list(volvox.keys().list());
    }
    line.want("NAME");
    String name = line.word(0);
    return switch (action) {
      case "space create" -> create(name);
      case "space describe" -> volvox -> described(volvox.keys().describe(name));
      default ->
          volvox -> {
            volvox.keys().remove(name);
            line.streams().say("space " + name + " is removed, with all that it held");
            return ExitCode.DONE;
          };
    };
  }

  private KeysCommand.Work create(String name) {
    List<String> kinds = Stream.of(Consistency.values()).map(Consistency::word).toList();
    String word =
        line.option("--consistency")
            .orElseThrow(() ->
                Failure.usage(
                    "keys space create: which --consistency? consistent, available or leaderless",
                    "consistent: linearizable, needs a majority; available: any node, merged"));
    Consistency consistency =
        Consistency.ofWord(word)
            .orElseThrow(() ->
                Failure.usage(
                    "no consistency "
                        + word
                        + Suggest.nearest(word, kinds)
                            .map(near -> "; did you mean \"" + near + "\"?")
                            .orElse(""),
                    "Kinds: " + String.join(", ", kinds)));
    boolean isBounded = line.has("--max-bytes") || line.has("--history");
    if (consistency != Consistency.CONSISTENT && isBounded) {
      throw Failure.usage(
          "only a consistent space has --max-bytes and --history", "More: volvox keys --help");
    }
    SpaceRow.Bounds bounds =
        consistency == Consistency.CONSISTENT
            ? new SpaceRow.Bounds(
                line.positive("--max-bytes").orElse(SpaceRow.Bounds.DEFAULT.bytesMax()),
                line.positive("--history").orElse(SpaceRow.Bounds.DEFAULT.historyMax()))
            : SpaceRow.Bounds.NONE;
    return volvox -> {
      SpaceRow row = volvox.keys().create(name, consistency, bounds);
      if (line.isJson()) {
        print(new Json(out), row).endLine();
      } else {
        line.streams().say("space " + name + " is created, " + consistency.word());
        line.streams().say("volvox keys put " + name + " KEY VALUE");
      }
      return ExitCode.DONE;
    };
  }

  private int list(List<SpaceRow> rows) {
    if (line.isJson()) {
      Json json = new Json(out).openArray();
      rows.forEach(row -> print(json, row));
      json.closeArray().endLine();
      return ExitCode.DONE;
    }
    Table table = new Table("name", "consistency", ">keys", ">size", ">revision", "by");
    for (SpaceRow row : rows) {
      boolean isCounted = row.consistency() == Consistency.CONSISTENT;
      table.row(
          row.name(),
          row.consistency().word(),
          isCounted ? Long.toString(row.usage().keys()) : "-",
          isCounted ? Human.bytes(row.usage().bytes()) : "-",
          isCounted ? Long.toString(row.usage().revision()) : "-",
          row.principal());
    }
    table.print(out);
    return ExitCode.DONE;
  }

  private int described(SpaceRow row) {
    if (line.isJson()) {
      print(new Json(out), row).endLine();
      return ExitCode.DONE;
    }
    out.println(row.name() + " is " + row.consistency().word());
    out.println();
    promises(row.consistency()).forEach(out::println);
    out.println();
    if (row.consistency() == Consistency.CONSISTENT) {
      SpaceRow.Usage usage = row.usage();
      out.println(
          "holds     "
              + Human.count(usage.keys(), "key")
              + ", "
              + Human.bytes(usage.bytes())
              + " of "
              + Human.bytes(row.bounds().bytesMax()));
      out.println(
          "history   revisions "
              + (usage.compacted() + 1)
              + " to "
              + usage.revision()
              + ", at most "
              + row.bounds().historyMax());
    }
    out.println(
        "created   "
            + Human.time(Instant.ofEpochMilli(row.createdMillis()))
            + " by "
            + row.principal()
            + ", id "
            + row.id());
    return ExitCode.DONE;
  }

  private static List<String> promises(Consistency consistency) {
    return switch (consistency) {
      case CONSISTENT ->
          List.of(
              "promises  linearizable: each read sees every write that was answered before it;",
              "          all changes in one order, numbered by revision; a transaction whole or not",
              "in split  the side with a majority goes on; the other can neither read nor write,",
              "          and says so (volvox keys get --stale reads what one node has)",
              "has       txn, cas, watch, lock, lease, range as of a revision",
              "has not   an answer without a majority");
      case AVAILABLE ->
          List.of(
              "promises  any one node reads and writes; nodes that hear each other become equal;",
              "          a program sees what it wrote and never goes back (session guarantees)",
              "in split  every side goes on; when they meet what they did is merged: of values put",
              "          at once the last by time is shown and all are kept (get --all), additions",
              "          to counters all count, an element added and removed at once is there",
              "has       put, get, del, range, incr, add, remove, members, flag, field",
              "has not   cas, txn, lock, lease, watch, or one order of changes");
      case LEADERLESS ->
          List.of(
              "promises  each key linearizable by itself, no leader needed: no pause when one dies",
              "in split  the side with a majority goes on; the other says so",
              "has       put, get, del, cas",
              "has not   txn, watch, lease, range, or any order between keys");
    };
  }

  private static Json print(Json json, SpaceRow row) {
    json.openObject()
        .field("name", row.name())
        .field("id", row.id())
        .field("consistency", row.consistency().word())
        .field("by", row.principal())
        .field("created", Instant.ofEpochMilli(row.createdMillis()).toString());
    if (row.consistency() == Consistency.CONSISTENT) {
      json.field("maxBytes", row.bounds().bytesMax())
          .field("history", row.bounds().historyMax())
          .field("revision", row.usage().revision())
          .field("compacted", row.usage().compacted())
          .field("keys", row.usage().keys())
          .field("bytes", row.usage().bytes());
    }
    return json.closeObject();
  }
}
