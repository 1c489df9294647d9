package org.volvox.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.volvox.verify.bench.CurvesBench;
import org.volvox.verify.bench.EventsBench;
import org.volvox.verify.bench.FailoverBench;
import org.volvox.verify.bench.KeysBench;
import org.volvox.verify.bench.KeysOptions;
import org.volvox.verify.bench.MarshalBench;
import org.volvox.verify.bench.ProfileBench;
import org.volvox.verify.bench.RaceBench;
import org.volvox.verify.bench.RaceOptions;
import org.volvox.verify.bench.RegistersBench;
import org.volvox.verify.bench.rpc.RpcBench;
import org.volvox.verify.bench.rpc.RpcOptions;
import org.volvox.verify.chaos.ChaosRun;
import org.volvox.verify.fallacies.Matrix;
import org.volvox.verify.fallacies.MatrixResult;
import org.volvox.verify.judge.BackupJudge;
import org.volvox.verify.judge.BigJudge;
import org.volvox.verify.judge.HealJudge;
import org.volvox.verify.judge.ReplaceJudge;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Outcome;
import org.volvox.verify.soak.KillSoak;
import org.volvox.verify.soak.QuietSoak;

/** What `./dev soak`, `./dev bench` and `./dev judge` run. */
public final class VerifyMain {
  private static final int WRONG_COMMAND_LINE = 2;

  /** A gibibyte. */
  private static final long MEBIBYTES = 1024;

  private VerifyMain() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> words = List.of(arguments);
    Path root = Path.of(System.getProperty("volvox.root", ".")).toAbsolutePath().normalize();
    System.exit(run(words, root));
  }

  private static int run(List<String> words, Path root) throws IOException, InterruptedException {
    long seed = option(words, "--seed", System.nanoTime());
    boolean isOneWord = !words.isEmpty() && words.getFirst().equals("chaos");
    return switch (String.join(" ", words.subList(0, Math.min(isOneWord ? 1 : 2, words.size())))) {
      case "soak kill" -> soakKill(words, root, seed);
      case "soak quiet" -> {
        Duration span = Duration.ofMinutes(option(words, "--minutes", 10));
        Path folder = root.resolve("target/soak/quiet");
        yield code(new QuietSoak(span, seed, System.out).run(folder));
      }
      case "bench writes",
          "bench reads",
          "bench curves",
          "bench profile",
          "bench events",
          "bench failover",
          "bench keys",
          "bench marshal",
          "bench registers",
          "bench rpc" ->
          bench(words, root);
      case "chaos" -> chaos(words, root, seed);
      case "judge big" -> {
        long gigabytes = option(words, "--gigabytes", 4);
        int files = (int) option(words, "--files", 100_000);
        yield code(new BigJudge(root, seed, System.out).run(gigabytes, files));
      }
      case "judge replace" ->
          code(
              new ReplaceJudge(root, seed, System.out)
                  .run(option(words, "--megabytes", MEBIBYTES)));
      case "judge heal" -> {
        long megabytes = option(words, "--megabytes", MEBIBYTES);
        int rate = (int) option(words, "--heal-rate", 32);
        Path folder = root.resolve("target/judge-heal");
        yield code(new HealJudge(folder, seed, System.out).run(megabytes, rate));
      }
      case "judge backup" ->
          code(
              new BackupJudge(root, seed, System.out).run(option(words, "--megabytes", MEBIBYTES)));
      case "judge fallacies" -> fallacies(words, root, seed);
      default -> usage();
    };
  }

  private static int fallacies(List<String> words, Path root, long seed) throws IOException {
    Outcome possible = Matrix.isPossible();
    if (possible.code() != 0) {
      System.err.println("the matrix cannot run here: " + possible.text().strip());
      return WRONG_COMMAND_LINE;
    }
    Path folder = root.resolve("target/judge-fallacies");
    LocalCluster.delete(folder);
    boolean isWhole = !words.contains("--selection");
    MatrixResult result =
        new Matrix(folder, seed, isWhole, list(words, "--rows"), System.out).run();
    // What broke a promise is left to be looked at.
    if (result.violations().isEmpty()) LocalCluster.delete(folder);
    return code(result.violations().isEmpty());
  }

  private static int bench(List<String> words, Path root) throws IOException, InterruptedException {
    return switch (words.get(1)) {
      case "writes" -> {
        RaceBench.writes(RaceOptions.DEFAULT.with(words), System.out).run(root);
        yield 0;
      }
      case "reads" -> {
        RaceBench.reads(RaceOptions.DEFAULT.with(words), System.out).run(root);
        yield 0;
      }
      case "curves" -> {
        new CurvesBench(words, System.out).run(root);
        yield 0;
      }
      case "profile" -> {
        RaceOptions once = RaceOptions.DEFAULT.with(List.of("--seconds", "15", "--bytes", "256"));
        new ProfileBench(once.with(words), words.contains("--keys"), System.out).run(root);
        yield 0;
      }
      case "events" -> {
        int rounds = (int) option(words, "--rounds", 15);
        Duration measured = Duration.ofMillis(option(words, "--millis", 1000));
        new EventsBench(rounds, measured, System.out).run(root);
        yield 0;
      }
      case "failover" -> {
        int rounds = (int) option(words, "--rounds", 30);
        int peerRounds = (int) option(words, "--peer-rounds", 7);
        List<String> deaths = list(words, "--deaths");
        yield code(new FailoverBench(rounds, peerRounds, deaths, System.out).run(root));
      }
      case "keys" -> {
        new KeysBench(KeysOptions.DEFAULT.with(words), System.out).run(root);
        yield 0;
      }
      case "marshal" -> {
        int rounds = (int) option(words, "--rounds", 15);
        new MarshalBench(rounds, option(words, "--millis", 300), System.out).run(root);
        yield 0;
      }
      case "registers" -> {
        new RegistersBench((int) option(words, "--deaths", 20), System.out).run(root);
        yield 0;
      }
      case "rpc" -> {
        String command = "./dev " + String.join(" ", words);
        if (words.contains("--plot-only")) RpcBench.plotOnly(root, System.out);
        else new RpcBench(RpcOptions.DEFAULT.with(words), System.out).run(root, command);
        yield 0;
      }
      default -> usage();
    };
  }

  private static int soakKill(List<String> words, Path root, long seed)
      throws IOException, InterruptedException {
    Path folder = root.resolve("target/soak/cluster");
    boolean isKept =
        new KillSoak((int) option(words, "--rounds", 50), seed, System.out).run(folder);
    // What broke a promise is left to be looked at.
    if (isKept) LocalCluster.delete(folder);
    return code(isKept);
  }

  private static int chaos(List<String> words, Path root, long seed)
      throws IOException, InterruptedException {
    Outcome possible = ChaosRun.isPossible();
    if (possible.code() != 0) {
      System.err.println("chaos cannot run here: " + possible.text().strip());
      return WRONG_COMMAND_LINE;
    }
    List<String> kinds = list(words, "--kinds");
    Optional<String> unknown = ChaosRun.unknown(kinds);
    if (unknown.isPresent()) {
      System.err.println("chaos: " + unknown.get());
      return WRONG_COMMAND_LINE;
    }
    Duration span =
        Duration.ofSeconds(option(words, "--seconds", 60 * option(words, "--minutes", 10)));
    ChaosRun.Options options =
        new ChaosRun.Options(
            (int) option(words, "--nodes", 3),
            span,
            seed,
            Set.copyOf(kinds),
            list(words, "--broken").stream().findFirst(),
            Duration.ofMinutes(2));
    return code(new ChaosRun(options, System.out).run(root.resolve("target/chaos")));
  }

  private static int code(boolean isKept) {
    return isKept ? 0 : 1;
  }

  private static int usage() {
    System.err.println(
        """
        usage: ./dev soak kill [--rounds N] [--seed N]
               ./dev soak quiet [--minutes N] [--seed N]
               ./dev bench writes|reads [--systems volvox,volvox-ratis,etcd,zookeeper,ratis,jraft,echo] [--bytes N,...]
                   [--clients N,...] [--rounds N] [--seconds N] [--warm-up SECONDS]
               ./dev bench curves [--curves bytes,clients,log] [--entries N] [the same options]
               ./dev bench profile [--keys] [--bytes N] [--clients N] [--seconds N] [--warm-up SECONDS]
               ./dev bench events [--rounds N] [--millis N]
               ./dev bench failover [--rounds N] [--peer-rounds N] [--deaths kill,stop,cut,clean]
               ./dev bench registers [--deaths N]
               ./dev bench keys [--parts put,get,watch,available,growth] [--systems volvox,etcd] [--bytes N,...]
                   [--clients N,...] [--watchers N,...] [--keys N] [--rounds N] [--seconds N] [--warm-up SECONDS]
               ./dev bench marshal [--rounds N] [--millis N]
               ./dev bench rpc [--systems volvox,rmi,grpc,echo] [--ways tcp,tls,unix] [--bytes N,...] [--clients N,...]
                   [--connections N,...] [--no-streams] [--rounds N] [--seconds N] [--warm-up SECONDS]
               ./dev bench rpc --plot-only
               ./dev chaos [--minutes N | --seconds N] [--nodes 3|5] [--seed N] [--kinds kill,cut,...] [--broken no-sync]
               ./dev judge big [--gigabytes N] [--files N] [--seed N]
               ./dev judge replace|backup [--megabytes N] [--seed N]
               ./dev judge heal [--megabytes N] [--heal-rate MB] [--seed N]
               ./dev judge fallacies [--selection] [--rows TITLE,...] [--seed N]\
        """);
    return WRONG_COMMAND_LINE;
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
