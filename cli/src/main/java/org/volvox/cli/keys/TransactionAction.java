package org.volvox.cli.keys;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyOutcome.Done;
import org.volvox.base.syscall.KeyRow;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Json;
import org.volvox.client.keys.ConsistentSpace;

/** `volvox keys txn`. */
final class TransactionAction {
  /** More than a command of the cluster may have. */
  private static final int TEXT_BYTES_MAX = 4 << 20;

  private final Line line;
  private final PrintStream out;

  TransactionAction(Line line) {
    this.line = line;
    this.out = line.streams().out();
  }

  KeysCommand.Work work() throws IOException {
    line.want("SPACE");
    TransactionText.Parsed parsed = TransactionText.parse(read());
    return volvox -> {
      ConsistentSpace space = Kinds.consistent(volvox.keys().open(line.word(0)), "txn");
      KeyOutcome outcome =
          space
              .transaction()
              .when(parsed.compares())
              .then(parsed.thenDo().toArray(KeyAct[]::new))
              .otherwise(parsed.elseDo().toArray(KeyAct[]::new))
              .commit();
      print(outcome);
      return outcome.succeeded() ? ExitCode.DONE : ExitCode.FAILED;
    };
  }

  private List<String> read() throws IOException {
    byte[] text =
        line.has("--file")
            ? Files.readAllBytes(Path.of(line.option("--file").orElseThrow()))
            : line.streams().in().readNBytes(TEXT_BYTES_MAX + 1);
    if (text.length > TEXT_BYTES_MAX) {
      throw Failure.usage("a transaction of more than " + TEXT_BYTES_MAX + " bytes", "");
    }
    return new String(text, StandardCharsets.UTF_8).lines().toList();
  }

  private void print(KeyOutcome outcome) {
    if (line.isJson()) {
      Json json = new Json(out).openObject().field("succeeded", outcome.succeeded());
      json.field("revision", outcome.revision()).name("done").openArray();
      outcome.done().forEach(each -> print(json, each));
      json.closeArray().closeObject().endLine();
      return;
    }
    line.streams()
        .say(
            (outcome.succeeded() ? "all holds: then" : "something does not hold: else")
                + " is done, revision "
                + outcome.revision());
    for (Done done : outcome.done()) {
      switch (done) {
        case Done.Put _ -> out.println("put");
        case Done.Deleted deleted -> out.println("del\t" + deleted.count());
        case Done.Got(var page) -> {
          for (KeyRow row : page.rows()) {
            out.println("get\t" + Shown.line(row.key()) + "\t" + Shown.line(row.value()));
          }
        }
      }
    }
  }

  private static void print(Json json, Done done) {
    json.openObject();
    switch (done) {
      case Done.Put _ -> json.field("act", "put");
      case Done.Deleted deleted -> json.field("act", "del").field("deleted", deleted.count());
      case Done.Got(var page) -> {
        json.field("act", "get").name("rows").openArray();
        page.rows().forEach(row -> Shown.row(json.openObject(), row, true).closeObject());
        json.closeArray();
      }
    }
    json.closeObject();
  }
}
