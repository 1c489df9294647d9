package org.volvox.cli.keys;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Json;
import org.volvox.client.keys.AvailableSpace;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeySpace;
import org.volvox.client.keys.LeaderlessSpace;

/** `volvox keys range`: a line a key, as long as there are some. */
final class RangeAction {
  private final Line line;
  private final PrintStream out;
  private final long limit;
  private final long revision;
  private final Json json;
  private long printed;

  RangeAction(Line line) {
    this.line = line;
    this.out = line.streams().out();
    this.limit = line.positive("--limit").orElse(Long.MAX_VALUE);
    this.revision = line.positive("--revision").orElse(0L);
    this.json = new Json(out);
  }

  KeysCommand.Work work() {
    line.want("SPACE", "[PREFIX]");
    KeyRange range = range();
    return volvox -> {
      KeySpace space = volvox.keys().open(line.word(0));
      return switch (space) {
        case ConsistentSpace consistent -> print(consistent, range);
        case AvailableSpace available -> print(available, range);
        case LeaderlessSpace _ -> throw Kinds.wrong(space, "leaderless", "range", "consistent");
      };
    };
  }

  private KeyRange range() {
    boolean hasBounds = line.has("--from") || line.has("--to");
    if (line.size() == 2) {
      if (hasBounds) {
        throw Failure.usage(
            "range has a PREFIX, or --from and --to, not both", "More: volvox keys --help");
      }
      return KeyRange.prefix(line.bytes(1));
    }
    Bytes from = line.option("--from").map(line::bytes).orElse(Bytes.EMPTY);
    return new KeyRange(from, line.option("--to").map(line::bytes));
  }

  private int print(ConsistentSpace space, KeyRange range)
      throws IOException, InterruptedException {
    if (line.has("--count")) {
      if (revision != 0) {
        throw Failure.usage("range --count counts what is there now", "Leave --revision out.");
      }
      count(space.count(range));
      return ExitCode.DONE;
    }
    begin();
    KeyRange rest = range;
    long asOf = revision;
    boolean more = true;
    while (more) {
      int most = (int) Math.min(Integer.MAX_VALUE, limit - printed);
      KeyPage page = space.page(rest, asOf, limit == Long.MAX_VALUE ? 0 : most, !line.isKeysOnly);
      page.rows().forEach(this::print);
      asOf = asOf == 0 ? page.revision() : asOf;
      more = page.more() && !page.rows().isEmpty() && printed < limit && !out.checkError();
      if (more) {
        rest = rest.after(page.rows().getLast().key());
      }
    }
    end();
    return ExitCode.DONE;
  }

  private void print(KeyRow row) {
    if (printed == limit) {
      return;
    }
    printed++;
    if (line.isJson()) {
      Shown.row(json.openObject(), row, !line.isKeysOnly).closeObject();
    } else if (line.isKeysOnly) {
      out.println(Shown.line(row.key()));
    } else {
      out.println(Shown.line(row.key()) + "\t" + Shown.line(row.value()));
    }
  }

  private int print(AvailableSpace space, KeyRange range) throws IOException, InterruptedException {
    if (revision != 0) {
      throw Kinds.wrong(space, "available", "range --revision", "consistent");
    }
    if (line.has("--count")) {
      count(Shown.told(line.streams(), space.keys(range)).size());
      return ExitCode.DONE;
    }
    begin();
    Bytes[] last = new Bytes[1];
    var told =
        space.scan(
            range,
            item -> {
              boolean isNew = !Optional.ofNullable(last[0]).equals(Optional.of(item.key()));
              if (isNew || !line.isKeysOnly) {
                print(item);
              }
              last[0] = item.key();
            });
    end();
    var _ = Shown.told(line.streams(), told);
    return ExitCode.DONE;
  }

  private void print(AvailableSpace.Item item) {
    if (printed == limit) {
      return;
    }
    printed++;
    if (line.isJson()) {
      Shown.field(json.openObject(), "key", item.key());
      json.field("is", item.holding().word());
      if (!line.isKeysOnly) {
        fields(item);
      }
      json.closeObject();
    } else if (line.isKeysOnly) {
      out.println(Shown.line(item.key()));
    } else {
      out.println(Shown.line(item.key()) + "\t" + item.holding().word() + text(item));
    }
  }

  private void fields(AvailableSpace.Item item) {
    switch (item.holding()) {
      case REGISTER -> Shown.field(json, "value", item.value());
      case MAP -> {
        Shown.field(json, "field", item.part());
        Shown.field(json, "value", item.value());
      }
      case SET -> Shown.field(json, "element", item.part());
      case FLAG -> json.field("on", true);
      case COUNTER -> json.field("count", item.count());
    }
  }

  private static String text(AvailableSpace.Item item) {
    return switch (item.holding()) {
      case REGISTER -> "\t" + Shown.line(item.value());
      case MAP -> "\t" + Shown.line(item.part()) + "\t" + Shown.line(item.value());
      case SET -> "\t" + Shown.line(item.part());
      case FLAG -> "\ton";
      case COUNTER -> "\t" + item.count();
    };
  }

  private void count(long count) {
    if (line.isJson()) {
      json.openObject().field("count", count).closeObject().endLine();
    } else {
      out.println(count);
    }
  }

  private void begin() {
    if (line.isJson()) {
      json.openArray();
    }
  }

  private void end() {
    if (line.isJson()) {
      json.closeArray().endLine();
    }
  }
}
