package org.volvox.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.volvox.verify.bench.EventsBench;
import org.volvox.verify.bench.FailoverBench;
import org.volvox.verify.bench.WritesBench;
import org.volvox.verify.judge.BigJudge;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.soak.KillSoak;
import org.volvox.verify.soak.QuietSoak;

/** What `./dev soak`, `./dev bench` and `./dev judge` run. */
public final class VerifyMain {
  private static final int WRONG_COMMAND_LINE = 2;

  private VerifyMain() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> words = List.of(arguments);
    Path root = Path.of(System.getProperty("volvox.root", ".")).toAbsolutePath().normalize();
    if (words.size() >= 2 && words.subList(0, 2).equals(List.of("soak", "kill"))) {
      int rounds = (int) option(words, "--rounds", 50);
      KillSoak soak = new KillSoak(rounds, option(words, "--seed", System.nanoTime()), System.out);
      Path folder = root.resolve("target/soak/cluster");
      boolean isKept = soak.run(folder);
      // What broke a promise is left to be looked at.
      if (isKept) LocalCluster.delete(folder);
      System.exit(isKept ? 0 : 1);
    } else if (words.size() >= 2 && words.subList(0, 2).equals(List.of("soak", "quiet"))) {
      Duration span = Duration.ofMinutes(option(words, "--minutes", 10));
      QuietSoak soak = new QuietSoak(span, option(words, "--seed", System.nanoTime()), System.out);
      System.exit(soak.run(root.resolve("target/soak/quiet")) ? 0 : 1);
    } else if (words.size() >= 2 && words.subList(0, 2).equals(List.of("bench", "writes"))) {
      int rounds = (int) option(words, "--rounds", 7);
      Duration measured = Duration.ofSeconds(option(words, "--seconds", 4));
      Duration warmUp = Duration.ofSeconds(option(words, "--warm-up", 60));
      new WritesBench(rounds, measured, warmUp, System.out).run(root);
      System.exit(0);
    } else if (words.size() >= 2 && words.subList(0, 2).equals(List.of("bench", "events"))) {
      int rounds = (int) option(words, "--rounds", 15);
      Duration measured = Duration.ofMillis(option(words, "--millis", 1000));
      new EventsBench(rounds, measured, System.out).run(root);
      System.exit(0);
    } else if (words.size() >= 2 && words.subList(0, 2).equals(List.of("bench", "failover"))) {
      int rounds = (int) option(words, "--rounds", 30);
      int peerRounds = (int) option(words, "--peer-rounds", 7);
      List<String> deaths = list(words, "--deaths");
      System.exit(new FailoverBench(rounds, peerRounds, deaths, System.out).run(root) ? 0 : 1);
    } else if (words.size() >= 2 && words.subList(0, 2).equals(List.of("judge", "big"))) {
      BigJudge judge = new BigJudge(root, option(words, "--seed", System.nanoTime()), System.out);
      long gigabytes = option(words, "--gigabytes", 4);
      System.exit(judge.run(gigabytes, (int) option(words, "--files", 100_000)) ? 0 : 1);
    } else {
      System.err.println(
          """
          usage: ./dev soak kill [--rounds N] [--seed N]
                 ./dev soak quiet [--minutes N] [--seed N]
                 ./dev bench writes [--rounds N] [--seconds N] [--warm-up SECONDS]
                 ./dev bench events [--rounds N] [--millis N]
                 ./dev bench failover [--rounds N] [--peer-rounds N] [--deaths kill,stop,cut,clean]
                 ./dev judge big [--gigabytes N] [--files N] [--seed N]\
          """);
      System.exit(WRONG_COMMAND_LINE);
    }
  }

  private static List<String> list(List<String> words, String name) {
    int at = words.indexOf(name);
    return at < 0 || at + 1 == words.size() ? List.of() : List.of(words.get(at + 1).split(",", -1));
  }

  private static long option(List<String> words, String name, long otherwise) {
    int at = words.indexOf(name);
    return at < 0 || at + 1 == words.size() ? otherwise : Long.parseLong(words.get(at + 1));
  }
}
