package org.volvox.cli.keys;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Json;
import org.volvox.client.Register;
import org.volvox.client.Volvox;
import org.volvox.client.keys.AvailableSpace;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeyCounter;
import org.volvox.client.keys.KeySpace;
import org.volvox.client.keys.LeaderlessSpace;
import org.volvox.client.keys.Told;
import org.volvox.client.keys.Written;

/** What is done with one key. */
final class KeyActions {
  private final Line line;
  private final PrintStream out;

  KeyActions(Line line) {
    this.line = line;
    this.out = line.streams().out();
  }

  KeysCommand.Work work(String action) throws IOException {
    return switch (action) {
      case "put" -> put();
      case "get" -> get();
      case "del" -> delete();
      case "cas" -> compare();
      case "incr" -> increment();
      default -> compact();
    };
  }

  private KeySpace open(Volvox volvox) throws IOException, InterruptedException {
    return volvox.keys().open(line.word(0));
  }

  private String named() {
    return "key " + Shown.line(line.bytes(1)) + " of space " + line.word(0);
  }

  private KeysCommand.Work put() throws IOException {
    boolean isFile = line.has("--file");
    line.want(isFile ? new String[] {"SPACE", "KEY"} : new String[] {"SPACE", "KEY", "VALUE"});
    if (line.has("--lease") && line.has("--ttl")) {
      throw Failure.usage(
          "put has --lease or --ttl, not both", "--ttl grants a lease of its own for the key.");
    }
    Bytes key = line.bytes(1);
    Bytes value = line.value(2);
    Optional<Duration> ttl = KeysCommand.span(line.option("--ttl"));
    long lease = line.positive("--lease").orElse(0L);
    return volvox -> {
      KeySpace space = open(volvox);
      if (ttl.isPresent() || lease != 0) {
        return put(Kinds.consistent(space, "put --lease or --ttl"), key, value, ttl, lease);
      }
      switch (space) {
        case ConsistentSpace consistent -> {
          return put(consistent, key, value, ttl, lease);
        }
        case AvailableSpace available -> available.register(key).put(value);
        case LeaderlessSpace leaderless -> leaderless.set(text(), value);
      }
      return ExitCode.DONE;
    };
  }

  private int put(ConsistentSpace space, Bytes key, Bytes value, Optional<Duration> ttl, long lease)
      throws IOException, InterruptedException {
    long under = lease;
    if (ttl.isPresent()) {
      KeyLease granted = space.grant(ttl.get());
      under = granted.id();
      line.streams()
          .say(
              "under lease "
                  + under
                  + ", gone in "
                  + granted.ttlMillis()
                  + " ms unless: volvox keys lease renew "
                  + space.name()
                  + " "
                  + under);
    }
    long revision = space.put(key, value, under);
    if (line.isJson()) {
      Json json = new Json(out).openObject().field("revision", revision);
      json.field("lease", under).closeObject().endLine();
    }
    return ExitCode.DONE;
  }

  /** The key of a leaderless space. */
  private String text() {
    Bytes key = line.bytes(1);
    if (!Bytes.utf8(key.utf8()).equals(key)) {
      throw Failure.usage("a key of a leaderless space is text", "A consistent one takes bytes.");
    }
    return key.utf8();
  }

  private KeysCommand.Work get() {
    line.want("SPACE", "KEY");
    Bytes key = line.bytes(1);
    Optional<Long> revision = line.positive("--revision");
    if (line.isAll && revision.isPresent()) {
      throw Failure.usage("get has --revision or --all, not both", "More: volvox keys --help");
    }
    return volvox -> {
      KeySpace space = open(volvox);
      if (line.isAll) {
        return all(Kinds.available(space, "get --all").register(key).all());
      }
      if (revision.isPresent()) {
        return row(Kinds.consistent(space, "get --revision").get(key, revision.get()));
      }
      return switch (space) {
        case ConsistentSpace consistent -> row(consistent.get(key));
        case AvailableSpace available -> value(available.register(key).get());
        case LeaderlessSpace leaderless -> register(leaderless.get(text()));
      };
    };
  }

  private int row(Optional<KeyRow> row) throws IOException {
    KeyRow there = row.orElseThrow(this::missing);
    if (line.isJson()) {
      Shown.row(new Json(out).openObject(), there, true).closeObject().endLine();
      return ExitCode.DONE;
    }
    return value(there.value());
  }

  private int value(Told<Optional<Bytes>> told) throws IOException {
    Bytes value = Shown.told(line.streams(), told).orElseThrow(this::missing);
    if (line.isJson()) {
      Json json = new Json(out).openObject();
      Shown.field(json, "key", line.bytes(1));
      Shown.field(json, "value", value);
      DataActions.silent(json, told);
      json.closeObject().endLine();
      return ExitCode.DONE;
    }
    return value(value);
  }

  private int register(Register.Value now) throws IOException {
    Bytes value = now.value().orElseThrow(this::missing);
    if (line.isJson()) {
      Json json = new Json(out).openObject();
      Shown.field(json, "key", line.bytes(1));
      Shown.field(json, "value", value).field("version", now.version()).closeObject().endLine();
      return ExitCode.DONE;
    }
    return value(value);
  }

  /** As it is and a newline, or as it is into a file. */
  private int value(Bytes value) throws IOException {
    Optional<String> file = line.option("--file");
    if (file.isPresent()) {
      Files.write(Path.of(file.get()), value.toArray());
      return ExitCode.DONE;
    }
    out.write(value.toArray(), 0, value.length());
    out.println();
    return ExitCode.DONE;
  }

  private Failure missing() {
    return new Failure(
        ExitCode.FAILED,
        named() + ": there is none",
        "volvox keys put " + line.word(0) + " " + line.word(1) + " VALUE");
  }

  private int all(Told<List<Written>> told) {
    List<Written> all = Shown.told(line.streams(), told);
    if (all.isEmpty()) {
      throw missing();
    }
    DataActions.print(line, all);
    return ExitCode.DONE;
  }

  private KeysCommand.Work delete() {
    line.want("SPACE", "KEY");
    Bytes key = line.bytes(1);
    return volvox -> {
      KeySpace space = open(volvox);
      if (line.isPrefix) {
        return deleted(Kinds.consistent(space, "del --prefix").delete(KeyRange.prefix(key)));
      }
      switch (space) {
        case ConsistentSpace consistent -> {
          return deleted(consistent.delete(key) ? 1 : 0);
        }
        case AvailableSpace available -> available.register(key).erase();
        case LeaderlessSpace leaderless -> leaderless.delete(text());
      }
      return ExitCode.DONE;
    };
  }

  private int deleted(long count) {
    if (line.isJson()) {
      new Json(out).openObject().field("deleted", count).closeObject().endLine();
    } else if (line.isPrefix) {
      out.println(count);
    } else if (count == 0) {
      throw new Failure(
          ExitCode.FAILED,
          named() + ": there is none",
          "Keys there are: volvox keys range " + line.word(0));
    }
    return ExitCode.DONE;
  }

  private KeysCommand.Work compare() {
    if (line.isAbsent) {
      line.want("SPACE", "KEY", "NEW");
    } else {
      line.want("SPACE", "KEY", "OLD", "NEW");
    }
    Bytes key = line.bytes(1);
    Optional<Bytes> old = line.isAbsent ? Optional.empty() : Optional.of(line.bytes(2));
    Bytes next = line.bytes(line.isAbsent ? 2 : 3);
    return volvox -> {
      KeySpace space = open(volvox);
      return switch (space) {
        case ConsistentSpace consistent -> {
          boolean isDone =
              old.isPresent()
                  ? consistent.compareAndSet(key, old.get(), next)
                  : consistent.putIfAbsent(key, next);
          yield compared(isDone);
        }
        case LeaderlessSpace leaderless ->
            compared(leaderless.compareAndSet(text(), old, Optional.of(next)).isDone());
        case AvailableSpace _ -> throw Kinds.wrong(space, "available", "cas", "consistent");
      };
    };
  }

  private int compared(boolean isDone) {
    if (line.isJson()) {
      new Json(out).openObject().field("done", isDone).closeObject().endLine();
      return isDone ? ExitCode.DONE : ExitCode.FAILED;
    }
    if (!isDone) {
      throw new Failure(
          ExitCode.FAILED,
          named() + (line.isAbsent ? " is there" : " has not the value " + line.word(2)),
          "Look again: volvox keys get " + line.word(0) + " " + line.word(1));
    }
    return ExitCode.DONE;
  }

  private KeysCommand.Work increment() {
    line.want("SPACE", "KEY", "[N]");
    Bytes key = line.bytes(1);
    long amount = line.size() == 3 ? line.number(2, "N") : 1;
    return volvox -> {
      KeySpace space = open(volvox);
      long count =
          switch (space) {
            case ConsistentSpace consistent -> new KeyCounter(consistent, key).add(amount);
            case AvailableSpace available ->
                Shown.told(line.streams(), available.counter(key).add(amount));
            case LeaderlessSpace _ -> throw Kinds.wrong(space, "leaderless", "incr", "consistent");
          };
      if (line.isJson()) {
        new Json(out).openObject().field("count", count).closeObject().endLine();
      } else {
        out.println(count);
      }
      return ExitCode.DONE;
    };
  }

  private KeysCommand.Work compact() {
    line.want("SPACE", "REVISION");
    long revision = line.number(1, "REVISION");
    return volvox -> {
      Kinds.consistent(open(volvox), "compact").compact(revision);
      line.streams().say("the history of space " + line.word(0) + " begins behind " + revision);
      return ExitCode.DONE;
    };
  }

  /** The wall time of a writer. */
  static String time(Written written) {
    return Instant.ofEpochMilli(written.millis()).toString();
  }
}
