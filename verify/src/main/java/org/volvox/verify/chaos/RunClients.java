package org.volvox.verify.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.volvox.client.Processes;
import org.volvox.client.RunningProcess;
import org.volvox.client.Volvox;

/** Clients that run programs: output and exit code are right, or the process is said to be lost. */
final class RunClients {
  private static final int CODES = 100;

  private final LoadStats stats;

  RunClients(LoadStats stats) {
    this.stats = stats;
  }

  void run(Volvox volvox, Random random, ChaosLoad.Pulse pulse) throws InterruptedException {
    while (pulse.next()) {
      int code = random.nextInt(CODES);
      String word = "out-" + random.nextInt(1 << 30);
      one(volvox, word, code);
    }
  }

  private void one(Volvox volvox, String word, int code) throws InterruptedException {
    List<String> line = List.of("sh", "-c", "echo " + word + "; exit " + code);
    long nanos = System.nanoTime();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try {
      RunningProcess process =
          volvox.processes().spawn(new Processes.Program(line, Optional.empty(), Optional.empty()));
      RunningProcess.End end =
          process.attach(Optional.empty(), output, new ByteArrayOutputStream());
      String text = output.toString(StandardCharsets.US_ASCII);
      switch (end) {
        case RunningProcess.End.Exited(int found) -> {
          if (found != code || !text.equals(word + "\n")) {
            stats.violation(
                process.pid()
                    + " exits with "
                    + found
                    + " and says '"
                    + text
                    + "', not "
                    + code
                    + " and "
                    + word);
          }
          stats.done("run", System.nanoTime() - nanos);
        }
        case RunningProcess.End.Killed _, RunningProcess.End.Lost _ -> {
          // Its machine died; what it said until then must be a part of what it had to say.
          if (!(word + "\n").startsWith(text)) {
            stats.violation(process.pid() + " is lost and said '" + text + "', not " + word);
          }
          stats.count("run, lost with its machine", 1);
        }
      }
    } catch (IOException e) {
      stats.failed("run");
    }
  }
}
