package org.volvox.verify.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.volvox.sim.Minimizer;
import org.volvox.sim.Trace;
import org.volvox.sim.fault.Fault;
import org.volvox.worlds.raft.Mutants;
import org.volvox.worlds.raft.Mutation;
import org.volvox.worlds.raft.RaftWorld;
import org.volvox.worlds.raft.RunResult;
import org.volvox.worlds.raft.Spec;

/** One seed again: its trace into target/, and if it fails the fewest faults that it needs. */
final class Replay {
  private static final int TRACE_LINES_MAX = 100_000;
  private static final int TRIALS_MAX = 300;
  private static final int LINES_SHOWN = 30;

  private final int seed;
  private final int until;
  private final Spec spec;

  Replay(SimOptions options) {
    seed = options.seed().orElseThrow();
    until = options.until().orElse(Integer.MAX_VALUE);
    Spec drawn = Spec.draw(seed, options.mutant().map(Mutants::named).orElse(Mutation.NONE));
    spec = options.faults().map(drawn::keeping).orElse(drawn);
  }

  int run() throws IOException {
    RunResult result = traced(spec, "");
    System.out.println(spec.options());
    System.out.println(result.stats().text());
    System.out.println(result.text());
    Optional<RunResult.Failure> failure = result.failure();
    if (failure.isEmpty()) {
      return 0;
    }
    System.out.println(failure.get().message());
    Minimizer minimizer = new Minimizer(TRIALS_MAX);
    String property = failure.get().property();
    List<Integer> all = IntStream.range(0, spec.faults().faults().size()).boxed().toList();
    List<Integer> fewest = minimizer.minimize(all, places -> fails(spec.keeping(places), property));
    Spec least = spec.kept().isPresent() ? spec : spec.keeping(fewest);
    System.out.println(
        "minimised from "
            + spec.faults().faults().size()
            + " faults to "
            + fewest.size()
            + " in "
            + minimizer.trials()
            + " trials:");
    for (Fault.Timed timed : least.faults().faults()) {
      System.out.println("  " + timed.atMicros() + "us " + timed.fault());
    }
    System.out.println(traced(least, "-min").text());
    return 1;
  }

  private static boolean fails(Spec spec, String property) {
    return RaftWorld.run(spec)
        .failure()
        .map(failed -> failed.property().equals(property))
        .orElse(false);
  }

  private RunResult traced(Spec spec, String suffix) throws IOException {
    Trace trace = Trace.last(TRACE_LINES_MAX);
    RunResult result = RaftWorld.run(spec, suffix.isEmpty() ? until : Integer.MAX_VALUE, trace);
    Path file = Path.of("target", "sim", "raft-" + Integer.toHexString(seed) + suffix + ".trace");
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, trace.lines());
    List<String> lines = trace.lines();
    if (suffix.isEmpty()) {
      lines
          .subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())
          .forEach(System.out::println);
    }
    System.out.println("trace: " + file + " (" + lines.size() + " lines)");
    return result;
  }
}
