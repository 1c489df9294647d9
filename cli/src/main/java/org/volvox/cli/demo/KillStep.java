package org.volvox.cli.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.ProcessState;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.Human;
import org.volvox.cli.cluster.Leadership;
import org.volvox.cli.cluster.Starter;
import org.volvox.client.Processes;
import org.volvox.client.RunningProcess;
import org.volvox.client.Volvox;

/**
 * Step 4: kills the leader with SIGKILL while it takes in an upload and runs a program, and finds
 * out what clients met: who leads, how long they waited, what became of both.
 */
final class KillStep implements Step {
  private static final Duration UNDER_WAY_MAX = Duration.ofMinutes(1);
  private static final Duration END_MAX = Duration.ofMinutes(2);
  private static final String PROBES = Stage.FOLDER + "/probes";

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public void run(Stage stage) throws IOException, InterruptedException, Wrong {
    NodeStatus old;
    try (Volvox volvox = stage.through(stage.local().nodes().getFirst())) {
      old = stage.leader(volvox);
    }
    NodeId victim = old.node();
    Material.Item upload = stage.material().longUpload(stage.scratch());
    NodeId survivor = stage.others(victim).getFirst();
    try (Volvox uploader = stage.beginningAt(victim);
        Volvox watcher = stage.beginningAt(survivor);
        Prober prober = new Prober(stage.beginningAt(victim), PROBES)) {
      RunningProcess program = startProgram(watcher, victim);
      CompletableFuture<RunningProcess.End> programEnd = follow(program);
      prober.start();
      CountDownLatch underWay = new CountDownLatch(1);
      CompletableFuture<Void> uploadEnd = store(uploader, upload, underWay);
      require(
          underWay.await(UNDER_WAY_MAX.toSeconds(), TimeUnit.SECONDS) && !uploadEnd.isDone(),
          "the upload was not under way when the leader was to die");
      stage
          .talk()
          .line(victim + ", the leader, with kill -9, in the middle of an upload and a run");
      long killed = System.nanoTime();
      require(stage.local().kill(victim), victim + " did not run");
      NodeStatus leader = stage.leaderAmong(watcher, stage.others(victim));
      Duration elected = Duration.ofNanos(System.nanoTime() - killed);
      await(uploadEnd, "the upload");
      prober.finish();
      reportLeader(stage, old, leader, elected, prober);
      ReadStep.requireEqual(watcher, upload, "after the leader's death");
      requireProbes(watcher, prober.writes());
      reportProgram(stage, watcher, program, await(programEnd, "the program"));
    }
    restart(stage, victim);
  }

  private static void require(boolean holds, String otherwise) throws Wrong {
    Step.require(holds, otherwise);
  }

  private static RunningProcess startProgram(Volvox watcher, NodeId on)
      throws IOException, InterruptedException, Wrong {
    RunningProcess program =
        watcher
            .processes()
            .spawn(
                new Processes.Program(List.of("sleep", "600"), Optional.empty(), Optional.of(on)));
    Pid pid = program.pid();
    long deadline = System.nanoTime() + UNDER_WAY_MAX.toNanos();
    while (watcher.processes().row(pid).state() != ProcessState.RUNNING) {
      require(deadline - System.nanoTime() > 0, "the program does not start on " + on);
      Leadership.pause(Duration.ofMillis(20));
    }
    return program;
  }

  private static CompletableFuture<RunningProcess.End> follow(RunningProcess program) {
    CompletableFuture<RunningProcess.End> end = new CompletableFuture<>();
    OutputStream nowhere = OutputStream.nullOutputStream();
    Thread.ofVirtual()
        .start(() -> {
          try {
            end.complete(program.attach(Optional.empty(), nowhere, nowhere));
          } catch (IOException | InterruptedException | RuntimeException e) {
            end.completeExceptionally(e);
          }
        });
    return end;
  }

  /** A quarter in, nobody can say that the upload was as good as done or had not begun. */
  private static CompletableFuture<Void> store(
      Volvox uploader, Material.Item item, CountDownLatch underWay) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            uploader
                .files()
                .put(
                    item.local(),
                    item.path(),
                    (done, total) -> {
                      if (done >= total / 4) {
                        underWay.countDown();
                      }
                    });
            end.complete(null);
          } catch (IOException | InterruptedException | RuntimeException e) {
            end.completeExceptionally(e);
          } finally {
            underWay.countDown();
          }
        });
    return end;
  }

  private static <T> T await(CompletableFuture<T> future, String what)
      throws InterruptedException, Wrong {
    try {
      return future.get(END_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new Wrong(what + " failed: " + e.getCause());
    } catch (TimeoutException e) {
      throw new Wrong(what + " did not end within " + END_MAX.toSeconds() + " s");
    }
  }

  private static void reportLeader(
      Stage stage, NodeStatus old, NodeStatus leader, Duration elected, Prober prober)
      throws Wrong {
    require(
        leader.term().compareTo(old.term()) > 0,
        leader.node() + " leads in term " + leader.term() + ", not after term " + old.term());
    stage
        .talk()
        .line(
            leader.node()
                + " leads (term "
                + leader.term()
                + ") after "
                + Human.span(elected)
                + "; the longest wait of a client was "
                + Human.span(prober.longestWait()));
    stage.talk().verified("new leader, term", leader.node() + ", " + leader.term());
    stage
        .talk()
        .verified(
            "longest wait in " + prober.writes() + " small writes",
            Human.span(prober.longestWait()));
  }

  /** Each write that was answered is there, and none twice or out of nothing. */
  private static void requireProbes(Volvox watcher, int writes)
      throws IOException, InterruptedException, Wrong {
    List<FileEntry> entries = new ArrayList<>();
    watcher.files().list(PROBES, entries::add);
    require(
        entries.size() == writes,
        writes + " small writes were answered, " + entries.size() + " are there");
  }

  private static void reportProgram(
      Stage stage, Volvox watcher, RunningProcess program, RunningProcess.End end)
      throws IOException, InterruptedException, Wrong {
    if (!(end instanceof RunningProcess.End.Lost(var reason))) {
      throw new Wrong("the program on the killed node ended with " + end);
    }
    ProcessState state = watcher.processes().row(program.pid()).state();
    require(state == ProcessState.LOST, "the table says that the program is " + state);
    stage
        .talk()
        .line(
            "upload finished, digest right; the run on "
                + program.node().map(NodeId::toString).orElse("it")
                + " was lost and said so");
    stage.talk().line("  (" + reason + ")");
    stage.talk().verified("upload through the kill, digest", "equal");
    stage.talk().verified("run on the killed node", "lost, with its reason");
  }

  private static void restart(Stage stage, NodeId victim)
      throws IOException, InterruptedException, Wrong {
    long begun = System.nanoTime();
    new Starter(stage.local()).start(victim);
    try (Volvox volvox = stage.through(victim)) {
      stage.awaitEqualLogs(volvox);
      long deadline = System.nanoTime() + Stage.CATCH_UP_MAX.toNanos();
      long missing = missing(volvox, victim);
      while (missing != 0) {
        require(
            deadline - System.nanoTime() > 0,
            victim + " is back and still lacks " + missing + " blocks");
        Leadership.pause(Duration.ofMillis(50));
        missing = missing(volvox, victim);
      }
    }
    Duration span = Duration.ofNanos(System.nanoTime() - begun);
    stage
        .talk()
        .line(victim + " started again and has all logs and blocks after " + Human.span(span));
    stage.talk().verified(victim + " back, blocks that it lacks", "0");
  }

  private static long missing(Volvox volvox, NodeId node) throws InterruptedException {
    return volvox.cluster().own(node).map(NodeStatus::blocksMissing).orElse(1L);
  }
}
