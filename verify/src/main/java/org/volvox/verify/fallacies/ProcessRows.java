package org.volvox.verify.fallacies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Rows of the commands for processes. */
final class ProcessRows {
  private static final int INPUT_BYTES = 50_000;

  private ProcessRows() {}

  static List<Row> all() {
    return List.of(
        new Row("run", "run", Row.Where.ALWAYS, ProcessRows::run),
        new Row("run", "run < 50 kB", Row.Where.ALWAYS, ProcessRows::runWithInput),
        new Row("ps", "ps -a", Row.Where.ALWAYS, ProcessRows::list),
        new Row("kill", "kill -9", Row.Where.ALWAYS, ProcessRows::kill));
  }

  private static Cell run(Place place) throws IOException {
    String word = place.name();
    Ran ran = place.volvox("run", "--", "echo", word);
    return place.verdicts().of("run", ran, once(place, word).prints(word + "\n"));
  }

  private static Cell runWithInput(Place place) throws IOException {
    Path input = place.file(INPUT_BYTES);
    String word = place.name();
    String program = "cat; : " + word;
    Ran ran = place.volvox(input.toFile(), "run", "--", "sh", "-c", program);
    Expected expected = once(place, word).prints(Files.readString(input));
    return place.verdicts().of("run <", ran, expected);
  }

  private static Expected once(Place place, String word) {
    return Expected.done("process")
        .ofRun()
        .effect(() -> Integer.parseInt(place.sound("runs", word)));
  }

  private static Cell list(Place place) throws IOException {
    String word = place.name();
    place.sound("spawn", "echo " + word);
    Ran ran = place.volvox("ps", "-a");
    return place.verdicts().of("ps", ran, Expected.done().says("echo " + word));
  }

  private static Cell kill(Place place) throws IOException {
    String pid = place.sound("spawn", "sleep 1000");
    Ran ran = place.volvox("kill", "-9", pid);
    // Told once is told: the process ends a moment later.
    Expected expected = Expected.done(pid).prints("");
    if (ran.code() == 0) place.untilWitness("KILLED", "state", pid);
    return place.verdicts().of("kill", ran, expected);
  }
}
