package org.volvox.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Root;
import org.volvox.cli.ShutdownHooks;
import org.volvox.cli.cluster.LocalCluster;
import org.volvox.cli.cluster.Starter;
import org.volvox.node.folder.FolderTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * `volvox demo`: six steps on a cluster of its own, each verified for real; leaves nothing behind.
 */
@Command(
    name = "demo",
    description = "Shows a cluster of three nodes at work, through a kill and a split.",
    customSynopsis = "volvox demo [PATH] [--keep]",
    footer = {
      "",
      "It stores PATH (a file or folder; the JDK's src.zip if not given), reads it back, runs a",
      "program over it, kills the leader, splits the network, and prints the events in order.",
      "",
      "Examples:",
      "  volvox demo",
      "  volvox demo ~/photos --keep     leaves the cluster up"
    })
public final class DemoCommand extends AbstractCommand {
  private static final int NODES = 3;

  @Option(names = "--keep", description = "leave the cluster up and say how to use it")
  private boolean keep;

  @Parameters(arity = "0..1", paramLabel = "PATH", description = "what to store")
  private String path = "";

  public DemoCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Talk talk = new Talk(streams());
    talk.plain("volvox 0.1  many machines, one computer");
    talk.plain("");
    long begun = System.nanoTime();
    Path source = Material.source(path);
    Path folder = Files.createTempDirectory("volvox-demo-");
    LocalCluster made = LocalCluster.create(folder.resolve("cluster"), NODES);
    LocalCluster local = keep ? made : made.endingWith(ProcessHandle.current());
    Runnable cleanUp = () -> cleanUp(local, folder);
    ShutdownHooks.add(cleanUp);
    Starter.Up up = new Starter(local).up();
    talk.timed(
        NODES + " nodes up, " + up.leader().node() + " leads (term " + up.leader().term() + ")",
        Duration.ofNanos(System.nanoTime() - begun));
    Stage stage = new Stage(local, folder, Material.read(source), talk);
    try {
      play(stage);
    } catch (Step.Wrong | IOException | Failure e) {
      throw failed(stage, cleanUp, e);
    }
    talk.plain("");
    talk.printVerified();
    talk.plain("");
    if (keep) {
      ShutdownHooks.remove(cleanUp);
      sayKept(talk, local);
    } else {
      cleanUp.run();
      ShutdownHooks.remove(cleanUp);
    }
    talk.plain(
        "all 6 steps right in "
            + Human.span(Duration.ofNanos(System.nanoTime() - begun))
            + "          keep a cluster: ./volvox up");
    return ExitCode.DONE;
  }

  private static void play(Stage stage) throws IOException, InterruptedException, Step.Wrong {
    List<Step> steps =
        List.of(
            new StoreStep(),
            new ReadStep(),
            new RunStep(),
            new KillStep(),
            new SplitStep(),
            new OrderStep());
    for (int i = 0; i < steps.size(); i++) {
      stage.talk().begin(i + 1, steps.get(i).name());
      steps.get(i).run(stage);
    }
  }

  /**
   * A failed demonstration stops its nodes but keeps what they wrote, for whoever looks into it.
   */
  private Failure failed(Stage stage, Runnable cleanUp, Exception cause)
      throws InterruptedException {
    ShutdownHooks.remove(cleanUp);
    killAll(stage.local());
    return new Failure(
        ExitCode.FAILED,
        "demo failed in step "
            + stage.talk().step()
            + " of 6 ("
            + stage.talk().name()
            + "): "
            + cause.getMessage(),
        "The nodes' logs: " + stage.local().path() + "/n*/node.log",
        cause);
  }

  private static void sayKept(Talk talk, LocalCluster local) {
    String volvox = "./volvox --dir " + local.path();
    talk.plain("the cluster stays up; try");
    talk.plain("  " + volvox + " nodes");
    talk.plain("  " + volvox + " ls -l /demo");
    talk.plain("  " + volvox + " run -- hostname");
    talk.plain("  " + volvox + " down          and rm -r " + local.path().getParent());
  }

  private static void killAll(LocalCluster local) throws InterruptedException {
    for (var node : local.nodes()) {
      local.kill(node);
    }
  }

  private static void cleanUp(LocalCluster local, Path folder) {
    try {
      killAll(local);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      FolderTree.delete(folder);
    } catch (IOException e) {
      return; // A temporary folder: what the system keeps open, it clears away itself.
    }
  }
}
