package org.volvox.verify.fallacies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows of the commands that are for nodes and files of this machine, one after the other with a
 * cluster there: a network that is cut must not matter to them.
 */
final class LocalRows {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Commands that no row has, and why. */
  static final Map<String, String> LEFT_OUT = new TreeMap<>();

  static {
    LEFT_OUT.put("demo", "a cluster on one machine, which it kills and cuts itself; DemoTest");
    LEFT_OUT.put(
        "example", "two programs in Java that bind and call, as the rows of a program's calls do");
  }

  private LocalRows() {}

  static List<Row> all() {
    return List.of(
        row("config", " ", "config"),
        row("doctor", "a synced write takes", "doctor"),
        new Row("debug bundle", "local: debug bundle", Row.Where.LOCAL, LocalRows::bundle),
        row("shell", "", "shell"),
        row("completion bash", "complete -o default", "completion", "bash"),
        row("completion zsh", "#compdef volvox", "completion", "zsh"),
        row("man", ".SH COMMANDS", "man"),
        new Row("lab", "lab", Row.Where.LOCAL, LocalRows::lab),
        row("up", "1 node up", "up", "--nodes", "1"),
        row("token show", "", "token", "show"),
        row("node add", "n2 is a learner", "node", "add"),
        row("node pause", "n2 paused", "node", "pause", "n2"),
        row("node resume", "n2 goes on", "node", "resume", "n2"),
        row("node kill", "n2 killed", "node", "kill", "n2"),
        row("fs check", "All is well", "fs", "check", "n2"),
        row("log check", "sound", "log", "check", "n2"),
        row("node start", "n2 is up", "node", "start", "n2"),
        row("node replace", "is removed", "node", "replace", "n2", "--force"),
        row("node stop", "n3 stopped", "node", "stop", "n3"),
        row("net heal", "all links healed on 1 node", "net", "heal"),
        row("down", "1 node stopped", "down"),
        new Row("restore", "restore", Row.Where.LOCAL, LocalRows::restore));
  }

  private static Path folder(Place place) {
    return place.folder().resolve("local");
  }

  /** A command for the cluster of this machine that must say this. */
  private static Row row(String command, String says, String... words) {
    return new Row(
        command,
        "local: " + command,
        Row.Where.LOCAL,
        place -> {
          List<String> all = new ArrayList<>(List.of(words));
          all.addAll(List.of("--dir", folder(place).toString()));
          Ran ran = place.plain(TIMEOUT, all);
          return place.verdicts().of(command, ran, Expected.done().onlyRight().says(says));
        });
  }

  private static Cell lab(Place place) throws IOException {
    Ran ran = place.first("lab", "--port", "0", "--no-open");
    Expected expected = Expected.done().onlyRight().says("http://127.0.0.1:");
    return place.verdicts().of("lab", ran, expected);
  }

  private static Cell bundle(Place place) throws IOException {
    Path file = place.local();
    List<String> words =
        List.of("debug", "bundle", file.toString(), "--dir", folder(place).toString());
    Ran ran = place.plain(TIMEOUT, words);
    Expected expected = Expected.done().onlyRight().says(file + ": ");
    return place.verdicts().of("debug bundle", ran, expected);
  }

  private static Cell restore(Place place) throws IOException {
    Path backup = place.backup();
    Path made = place.local();
    Ran ran = place.plain(TIMEOUT, List.of("restore", backup.toString(), "--dir", made.toString()));
    Expected expected =
        Expected.done()
            .onlyRight()
            .says("restored ")
            .effect(() -> Files.exists(made.resolve("cluster.json")) ? 1 : 0);
    return place.verdicts().of("restore", ran, expected);
  }
}
