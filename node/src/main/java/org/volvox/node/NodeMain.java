package org.volvox.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.node.block.DiskLimits;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.jvm.CompilerThreads;

/**
 * A node as a process: {@code NodeMain --folder DIR/n1}. It says {@code ready} on standard output
 * and writes its process id to DIR/n1/pid once it serves. Exit codes: 0 after SIGTERM, 1 for every
 * failure with one line on standard error, 2 for a wrong command line.
 */
public final class NodeMain {
  /** Names the environment's variable with the process that the node must not outlive; optional. */
  public static final String OWNER = "VOLVOX_OWNER";

  private static final Duration STOP_WITHIN = Duration.ofMillis(4800);

  private NodeMain() {}

  public static void main(String[] args) throws InterruptedException {
    if (args.length != 2 || !args[0].equals("--folder")) {
      System.err.println("usage: NodeMain --folder DIR/n1");
      System.exit(2);
    }
    Path folder = Path.of(args[1]).toAbsolutePath().normalize();
    Node node;
    try {
      node = begin(folder);
    } catch (FolderException | IOException | RuntimeException e) {
      // Threads that have begun already must not keep a node up that does not serve.
      System.err.println("volvox: node in " + folder + " cannot start: " + e.getMessage());
      System.exit(1);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node, folder), "stop"));
    endWithOwner();
    System.out.println("ready " + node.id() + " " + node.address());
    Thread.ofVirtual().name("beside").start(() -> startBeside(node));
    Optional<String> failure = node.awaitEnd();
    failure.ifPresent(why -> {
      System.err.println("volvox: node " + node.id() + " stopped: " + why);
      System.exit(1);
    });
  }

  /** A node of a demonstration must not outlive it, however the demonstration ends. */
  private static void endWithOwner() {
    @Nullable String owner = System.getenv(OWNER);
    if (owner != null) {
      var _ =
          ProcessHandle.of(Long.parseLong(owner))
              .map(ProcessHandle::onExit)
              .orElseGet(() -> CompletableFuture.completedFuture(ProcessHandle.current()))
              .thenRun(() -> System.exit(0));
    }
  }

  /** Behind the node's readiness: nobody waits for it, and its failure is not the node's. */
  private static void startBeside(Node node) {
    Logger log = LoggerFactory.getLogger(NodeMain.class);
    try {
      log.debug("{} compiler threads give way", CompilerThreads.giveWay());
    } catch (IOException e) {
      log.info("the compiler's threads take their full share: {}", e.getMessage());
    }
    for (Beside each : ServiceLoader.load(Beside.class)) {
      try {
        log.info("{}", each.start(node.here()));
      } catch (IOException e) {
        log.warn("{}", e.getMessage());
      }
    }
  }

  private static Node begin(Path folder) throws FolderException, IOException {
    DiskLimits limits = DiskLimits.of(System.getenv());
    NodeFolder opened = NodeFolder.open(folder);
    NodeLog.begin(folder.resolve("node.log"));
    Logger log = LoggerFactory.getLogger(NodeMain.class);
    log.info(
        "{} starts for the {}. time, process {}, Java {}",
        opened.node(),
        opened.incarnation(),
        ProcessHandle.current().pid(),
        Runtime.version());
    try {
      Node node = Node.start(opened, Node.Options.DEFAULT.within(limits));
      Files.writeString(folder.resolve("pid"), ProcessHandle.current().pid() + "\n");
      log.info("{} serves at {}", node.id(), node.address());
      return node;
    } catch (FolderException | IOException e) {
      log.error("cannot start: {}", e.getMessage());
      throw e;
    } catch (RuntimeException e) {
      log.error("cannot start", e);
      throw e;
    }
  }

  /** Runs in the shutdown hook: in time, whatever hangs. */
  private static void stop(Node node, Path folder) {
    Thread stopper =
        new Thread(
            () -> {
              try {
                node.stop();
                Files.deleteIfExists(folder.resolve("pid"));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (IOException e) {
                LoggerFactory.getLogger(NodeMain.class).warn("pid file: {}", e.getMessage());
              }
            },
            "stopper");
    stopper.setDaemon(true);
    stopper.start();
    try {
      TimeUnit.NANOSECONDS.timedJoin(stopper, STOP_WITHIN.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (stopper.isAlive()) {
      LoggerFactory.getLogger(NodeMain.class).warn("did not stop in {}", STOP_WITHIN);
      NodeLog.end();
      Runtime.getRuntime().halt(1);
    }
    NodeLog.end();
  }
}
