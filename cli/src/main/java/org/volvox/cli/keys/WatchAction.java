package org.volvox.cli.keys;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRange;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Json;
import org.volvox.cli.ShutdownHooks;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeyChanges;
import org.volvox.client.keys.KeyWatch;

/** `volvox keys watch`: each change as it comes. */
final class WatchAction {
  /** How often it looks whether its reader is still there. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Line line;
  private final PrintStream out;

  /** Behind the last revision that was printed. */
  private final AtomicLong next = new AtomicLong();

  WatchAction(Line line) {
    this.line = line;
    this.out = line.streams().out();
  }

  KeysCommand.Work work() {
    line.want("SPACE", "[KEY]");
    KeyRange range =
        line.size() == 1
            ? KeyRange.ALL
            : line.isPrefix ? KeyRange.prefix(line.bytes(1)) : KeyRange.one(line.bytes(1));
    Optional<Long> from = line.positive("--from");
    long count = line.positive("--count").orElse(Long.MAX_VALUE);
    return volvox -> {
      ConsistentSpace space = Kinds.consistent(volvox.keys().open(line.word(0)), "watch");
      next.set(from.isPresent() ? from.get() : space.revision() + 1);
      Runnable hint = this::sayNext;
      ShutdownHooks.add(hint);
      try (KeyWatch watch = space.watch(range, next.get(), false)) {
        line.streams().say("watching space " + space.name() + " from revision " + next.get());
        return follow(watch, count);
      } finally {
        ShutdownHooks.remove(hint);
      }
    };
  }

  private int follow(KeyWatch watch, long count) throws IOException, InterruptedException {
    long printed = 0;
    while (printed < count && !out.checkError()) {
      Optional<KeyChanges> changes = watch.poll(LOOK);
      if (changes.isPresent()) {
        for (KeyEvent event : changes.get().events()) {
          print(changes.get().revision(), event);
          printed++;
        }
        out.flush();
        next.set(changes.get().revision() + 1);
      }
    }
    sayNext();
    return ExitCode.DONE;
  }

  private void print(long revision, KeyEvent event) {
    if (line.isJson()) {
      Json json = new Json(out).openObject().field("revision", revision);
      json.field("change", event.isDeletion() ? "del" : "put");
      Shown.field(json, "key", event.row().key());
      if (!event.isDeletion()) {
        Shown.field(json, "value", event.row().value());
        json.field("version", event.row().version()).field("lease", event.row().lease());
      }
      json.closeObject().endLine();
    } else if (event.isDeletion()) {
      out.println(revision + "\tdel\t" + Shown.line(event.row().key()));
    } else {
      String key = Shown.line(event.row().key());
      out.println(revision + "\tput\t" + key + "\t" + Shown.line(event.row().value()));
    }
  }

  private void sayNext() {
    line.streams()
        .say(
            "go on: volvox keys watch "
                + String.join(" ", line.from(0))
                + (line.isPrefix ? " --prefix" : "")
                + " --from "
                + next.get());
  }
}
