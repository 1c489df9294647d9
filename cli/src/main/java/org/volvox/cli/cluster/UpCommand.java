package org.volvox.cli.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.volvox.base.Ratio;
import org.volvox.base.syscall.FileLimits;
import org.volvox.calls.message.MemberMessage;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import org.volvox.node.engine.Engines;
import org.volvox.node.folder.ClusterConfig;
import org.volvox.node.folder.ClusterFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** `volvox up`: a local cluster in the background, made when there is none. */
@Command(
    name = "up",
    description = "Starts a local cluster in the background; returns when it has a leader.",
    customSynopsis = {
      "volvox up [--nodes N] [--leases PPM] [--reserve SIZE] [--scrub-rate SIZE] [--dir DIR]",
      "          [--heal-after SPAN] [--heal-rate MB] [--engine NAME]"
    },
    footer = {
      "",
      "Examples:",
      "  volvox up                          3 nodes in your state folder",
      "  volvox up --nodes 5 --dir /tmp/v   another cluster beside it",
      "  volvox up --heal-after 1m          also of one that is up: a node that is silent for a",
      "                                     minute has its blocks copied to others",
      "  volvox up --engine ratis --dir /tmp/r",
      "                                     the same kernel on the log of Apache Ratis"
    })
public final class UpCommand extends AbstractCommand {
  private static final int NODES = 3;
  private static final int UNSET = -1;
  private static final int MILLION = 1_000_000;
  private static final int HEAL_MEGABYTES_MAX = 10_000;

  /** A quarter: more leaves no lease worth having. */
  private static final int DRIFT_PPM_MAX = 250_000;

  @Option(names = "--nodes", paramLabel = "N", description = "how many nodes, 1 to 7 (3)")
  private int nodes = UNSET;

  @Option(
      names = "--leases",
      paramLabel = "PPM",
      description = {
        "leaders answer reads without asking the others, by leases,",
        "on clocks that drift by no more than PPM millionths (500 is generous)"
      })
  private int leaseDrift = UNSET;

  @Option(
      names = "--heal-after",
      paramLabel = "SPAN",
      description = {
        "how long a node may be silent before others hold its blocks in its",
        "place, at least 2s (5m, kept by the cluster)"
      })
  private String healAfter = "";

  @Option(
      names = "--heal-rate",
      paramLabel = "MB",
      description = "how many MB a second each node fetches of what it lacks (32, kept)")
  private int healRate = UNSET;

  @Option(
      names = "--reserve",
      paramLabel = "SIZE",
      description =
          "blocks leave so much of a disk free, as 256m (64m or 1 %% of it, what is more)")
  private String reserve = "";

  @Option(
      names = "--scrub-rate",
      paramLabel = "SIZE",
      description = "nodes read their blocks at so much a second to check them (16m; 0: never)")
  private String scrubRate = "";

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = {
        "who keeps the replicated log: raft, which is Volvox' own (the default),",
        "or ratis; a cluster keeps the one that it was made with"
      })
  private String engine = "";

  public UpCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    if (nodes != UNSET && (nodes < 1 || nodes > ClusterFolder.NODES_MAX)) {
      throw Failure.usage(
          "a local cluster of " + nodes + " nodes",
          "It may have 1 to " + ClusterFolder.NODES_MAX + ".");
    }
    MemberMessage.Request.Heal healing = healing();
    long begun = System.nanoTime();
    Path folder = root().folder();
    LocalCluster local =
        LocalCluster.exists(folder)
            ? LocalCluster.open(folder)
            : LocalCluster.create(folder, nodes == UNSET ? NODES : nodes, log());
    requireLeases(local);
    requireEngine(local);
    local.set(root(), reserve, scrubRate);
    int size = local.nodes().size();
    if (nodes != UNSET && nodes != size) {
      throw Failure.usage(
          "the cluster in " + folder + " has " + Human.count(size, "node") + ", not " + nodes,
          "Leave --nodes out, or name another folder with --dir.");
    }
    Starter.Up up = new Starter(local).up();
    if (healing.afterMillis() > 0 || healing.bytesPerSecond() > 0) {
      set(healing);
    }
    report(up, size, Duration.ofNanos(System.nanoTime() - begun));
    return ExitCode.DONE;
  }

  /** What is asked for; 0 for what is not. */
  private MemberMessage.Request.Heal healing() {
    long after = healAfter.isEmpty() ? 0 : Parse.span(healAfter).toMillis();
    if (!healAfter.isEmpty() && after < FileLimits.HEAL_AFTER_MILLIS_MIN) {
      throw Failure.usage(
          "--heal-after " + healAfter + " is too short",
          "At least 2s: a node that is only slow must not count as gone.");
    }
    if (healRate != UNSET && (healRate < 1 || healRate > HEAL_MEGABYTES_MAX)) {
      throw Failure.usage(
          "--heal-rate " + healRate, "It may be 1 to " + HEAL_MEGABYTES_MAX + " MB a second.");
    }
    return new MemberMessage.Request.Heal(after, healRate == UNSET ? 0 : (long) healRate << 20);
  }

  private void set(MemberMessage.Request.Heal healing) throws IOException, InterruptedException {
    try (Volvox volvox = root().connect()) {
      MemberMessage.Answer answer = volvox.cluster().members(healing);
      if (answer.verdict() != MemberMessage.Verdict.DONE) {
        throw new Failure(
            ExitCode.FAILED, "the cluster is up, but heals as before: " + answer.text(), "");
      }
    }
  }

  private ClusterFolder.LogKind log() {
    requireKnown();
    if (!isOwn() && leaseDrift != UNSET) {
      throw Failure.usage(
          "--leases with the engine " + engine,
          "Leave --leases out: only the engine " + ClusterConfig.OWN_ENGINE + " reads by leases.");
    }
    return new ClusterFolder.LogKind(leases(), isOwn() ? ClusterConfig.OWN_ENGINE : engine);
  }

  private boolean isOwn() {
    return engine.isEmpty() || engine.equals(ClusterConfig.OWN_ENGINE);
  }

  private void requireKnown() {
    if (!engine.isEmpty() && !Engines.names().contains(engine)) {
      throw Failure.usage(
          "no engine " + engine, "There are: " + String.join(", ", Engines.names()) + ".");
    }
  }

  private void requireEngine(LocalCluster local) {
    requireKnown();
    if (!engine.isEmpty() && !local.engine().equals(engine)) {
      throw Failure.usage(
          "the cluster in "
              + root().folder()
              + " was made with the engine "
              + local.engine()
              + ", not "
              + engine,
          "Leave --engine out, or name another folder with --dir.");
    }
  }

  private Optional<Ratio> leases() {
    if (leaseDrift == UNSET) {
      return Optional.empty();
    }
    if (leaseDrift < 0 || leaseDrift > DRIFT_PPM_MAX) {
      throw Failure.usage(
          "clocks that drift by " + leaseDrift + " ppm",
          "It may be 0 to " + DRIFT_PPM_MAX + "; quartz drifts by less than 200.");
    }
    return Optional.of(new Ratio(leaseDrift, MILLION));
  }

  private void requireLeases(LocalCluster local) {
    if (leaseDrift != UNSET && !local.leaseDrift().equals(leases())) {
      throw Failure.usage(
          "the cluster in " + root().folder() + " was made with other leases",
          "Leave --leases out, or make another cluster: all nodes must agree on it.");
    }
  }

  private void report(Starter.Up up, int size, Duration span) {
    if (root().isJson()) {
      new Json(streams().out())
          .openObject()
          .field("dir", root().folder().toString())
          .field("nodes", size)
          .field("started", up.started().size())
          .field("leader", up.leader().node().toString())
          .field("term", up.leader().term().value())
          .closeObject()
          .endLine();
      return;
    }
    streams()
        .say(
            Human.count(size, "node")
                + (up.started().isEmpty() ? " were up already, " : " up, ")
                + up.leader().node()
                + " leads (term "
                + up.leader().term()
                + "), "
                + Human.span(span));
    boolean named = root().dirSetting().source().equals("--dir");
    String volvox = "volvox" + (named ? " --dir " + root().folder() : "");
    streams().say("next: " + volvox + " nodes");
    streams().say("      " + volvox + " put README.md /README.md");
    streams().say("      " + volvox + " run -- hostname       stop: " + volvox + " down");
    streams().say("lab:  " + LocalCluster.labOf(up.leader().address()));
  }
}
