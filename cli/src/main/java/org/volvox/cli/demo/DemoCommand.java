package org.volvox.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    customSynopsis = {"volvox demo [PATH] [--keep]", "volvox demo split [--keep]"},
    footer = {
      "",
      "It stores PATH (a file or folder; the JDK's src.zip if not given), reads it back, runs a",
      "program over it, kills the leader, splits the network, and prints the events in order.",
      "",
      "split: five nodes are cut two from three; side by side what consistent and available keys",
      "answer on each side, then the heal and the merge (a file of that name is ./split).",
      "",
      "Examples:",
      "  volvox demo",
      "  volvox demo split",
      "  volvox demo ~/photos --keep     leaves the cluster up"
    })
public final class DemoCommand extends AbstractCommand {
  private static final int NODES = 3;
  private static final String SPLIT = "split";

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
    boolean isSplit = path.equals(SPLIT);
    int nodes = isSplit ? SplitShow.NODES : NODES;
    Optional<Path> source = isSplit ? Optional.empty() : Optional.of(Material.source(path));
    Path folder = Files.createTempDirectory("volvox-demo-");
    LocalCluster made = LocalCluster.create(folder.resolve("cluster"), nodes);
    LocalCluster local = keep ? made : made.endingWith(ProcessHandle.current());
    Runnable cleanUp = () -> cleanUp(local, folder);
    ShutdownHooks.add(cleanUp);
    Starter.Up up = new Starter(local).up();
    talk.timed(
        nodes + " nodes up, " + up.leader().node() + " leads (term " + up.leader().term() + ")",
        Duration.ofNanos(System.nanoTime() - begun));
    Optional<Material> material =
        source.isPresent() ? Optional.of(Material.read(source.get())) : Optional.empty();
    Stage stage = new Stage(local, folder, material, talk);
    List<Step> steps = isSplit ? new SplitShow(stage).steps() : steps();
    try {
      play(stage, steps);
    } catch (Step.Wrong | IOException | Failure e) {
      throw failed(stage, steps.size(), cleanUp, e);
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
        "all "
            + steps.size()
            + " steps right in "
            + Human.span(Duration.ofNanos(System.nanoTime() - begun))
            + "          keep a cluster: ./volvox up");
    return ExitCode.DONE;
  }

  private static List<Step> steps() {
    return List.of(
        new StoreStep(),
        new ReadStep(),
        new RunStep(),
        new KillStep(),
        new SplitStep(),
        new OrderStep());
  }

  private static void play(Stage stage, List<Step> steps)
      throws IOException, InterruptedException, Step.Wrong {
    for (int i = 0; i < steps.size(); i++) {
      stage.talk().begin(i + 1, steps.get(i).name());
      steps.get(i).run(stage);
    }
  }

  /**
   * A failed demonstration stops its nodes but keeps what they wrote, for whoever looks into it.
   */
  private Failure failed(Stage stage, int steps, Runnable cleanUp, Exception cause)
      throws InterruptedException {
    ShutdownHooks.remove(cleanUp);
    killAll(stage.local());
    return new Failure(
        ExitCode.FAILED,
        "demo failed in step "
            + stage.talk().step()
            + " of "
            + steps
            + " ("
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
