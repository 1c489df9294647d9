package org.volvox.verify.sim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.volvox.sim.scenario.ScenarioException;
import org.volvox.worlds.raft.RaftVerbs;

/** Runs every scenario file twice: with all rules it must hold, without the one it guards fail. */
final class ScenariosRun {
  private ScenariosRun() {}

  static int run() throws IOException {
    int failed = 0;
    List<String> names = RaftVerbs.SCENARIOS;
    for (String name : names) {
      failed += holds(name) ? 0 : 1;
    }
    System.out.println("scenarios: " + (names.size() - failed) + " hold, " + failed + " failed");
    return failed == 0 ? 0 : 1;
  }

  private static boolean holds(String name) throws IOException {
    try {
      RaftVerbs.Outcome outcome = RaftVerbs.check(RaftVerbs.parse(name, text(name)));
      if (outcome.failure().isPresent()) {
        System.out.println("FAIL " + name + ": " + outcome.failure().get());
      } else if (outcome.withoutGuard().isEmpty()) {
        System.out.println("FAIL " + name + ": holds without " + outcome.guard() + " too");
      } else {
        System.out.println(
            "ok   " + name + "; without " + outcome.guard() + ": " + outcome.withoutGuard().get());
      }
      return outcome.holds();
    } catch (ScenarioException e) {
      System.out.println("FAIL " + name + ": " + e.getMessage());
      return false;
    }
  }

  private static String text(String name) throws IOException {
    String file = "/org/volvox/worlds/raft/" + name + ".scenario";
    try (InputStream in = RaftVerbs.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("no " + file + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
