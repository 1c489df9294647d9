package org.volvox.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Pid;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessExit;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessSpec;
import org.volvox.base.syscall.ProcessState;
import org.volvox.calls.CallException;
import org.volvox.calls.message.StreamMessage;

@Timeout(90)
class SupervisorTest {
  private static final ProcessHost.Patience PATIENCE =
      new ProcessHost.Patience(Duration.ofSeconds(5), Duration.ofMinutes(5));

  @TempDir Path folder;
  private Optional<Supervisor> supervisor = Optional.empty();

  @AfterEach
  void close() {
    supervisor.ifPresent(Supervisor::close);
  }

  @Test
  void runsWhatIsPlacedHereAndRecordsItsEnd() throws Exception {
    TableNode node = start(1);
    Pid pid = node.place(ProcessSpec.of("sh", "-c", "exit 7"));
    ProcessRow row = node.awaitEnd(pid);
    assertThat(row.state()).isEqualTo(ProcessState.EXITED);
    assertThat(row.exit()).contains(new ProcessExit.Code(7));
    assertThat(row.history().stream().map(ProcessRow.Change::state))
        .contains(ProcessState.PLACED, ProcessState.STARTING);
  }

  @Test
  void deliversEachSignalOfTheRow() throws Exception {
    TableNode node = start(1);
    Pid pid = node.place(ProcessSpec.of("sleep", "1000"));
    awaitRunning(node, pid);
    node.apply(new ProcessCall.Kill(pid, 15), 1);
    assertThat(node.awaitEnd(pid).exit()).contains(new ProcessExit.Signal(15));
  }

  @Test
  void recordsAProgramThatIsNotThereAs127WithTheReason() throws Exception {
    TableNode node = start(1);
    ProcessRow row = node.awaitEnd(node.place(ProcessSpec.of("no-such-program-here")));
    assertThat(row.exit()).contains(new ProcessExit.Code(127));
    assertThat(row.reason()).contains("no-such-program-here: not found in PATH");
  }

  @Test
  void startsNothingWhenItsInputCannotBeRead() throws Exception {
    TableNode node = start(1);
    ProcessRow row = node.awaitEnd(node.place(withInput("/missing", "cat")));
    assertThat(row.exit()).contains(new ProcessExit.Code(255));
    assertThat(row.reason()).contains("/missing: not found");
  }

  @Test
  void reportsWhatAnEarlierIncarnationStartedAsLost() throws Exception {
    TableNode node = new TableNode(2);
    Pid pid = node.place(ProcessSpec.of("sleep", "1000"));
    node.apply(new ProcessCall.Starting(pid, TableNode.SELF, 1), 1);
    supervise(node);
    assertThat(node.awaitEnd(pid).state()).isEqualTo(ProcessState.LOST);
  }

  @Test
  void killsWhatTheTableTakesForLost() throws Exception {
    TableNode node = start(1);
    Pid pid = node.place(ProcessSpec.of("sh", "-c", "echo $$; exec sleep 1000"));
    AttachedCall call = attach(node, pid, 0);
    long osPid = 0;
    while (osPid == 0) {
      if (call.hear() instanceof StreamMessage.Output(var bytes)) {
        osPid = Long.parseLong(bytes.utf8().trim());
      }
    }
    awaitRunning(node, pid);
    node.apply(new ProcessCall.NodeLost(TableNode.SELF, 1, "cut off"), 1);
    Optional<ProcessHandle> program = ProcessHandle.of(osPid);
    if (program.isPresent()) {
      program.get().onExit().get(20, TimeUnit.SECONDS);
    }
    assertThat(node.row(pid).state()).isEqualTo(ProcessState.LOST);
  }

  @Test
  void feedsAFileOfTheClusterToAProgramAndItsOutputToACaller() throws Exception {
    TableNode node = start(1);
    node.files.put("/in", "one\ntwo\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    Pid pid = node.place(withInput("/in", "wc", "-l"));
    AttachedCall call = attach(node, pid, 0);
    assertThat(readOutput(call, 0)).isEqualTo("200000\n");
  }

  @Test
  void anInteractiveProgramAnswersItsCaller() throws Exception {
    TableNode node = start(1);
    Pid pid = node.place(ProcessSpec.of("cat"));
    AttachedCall call = attach(node, pid, 0);
    assertThat(call.hear()).isInstanceOf(StreamMessage.Started.class);
    assertThat(call.hear()).isEqualTo(new StreamMessage.InputTaken(0));
    call.say(new StreamMessage.Input(Bytes.utf8("hello")).encode());
    assertThat(List.of(call.hear(), call.hear()))
        .containsExactlyInAnyOrder(
            new StreamMessage.InputTaken(5), new StreamMessage.Output(Bytes.utf8("hello")));
    call.say(new StreamMessage.Input(Bytes.EMPTY).encode());
    assertThat(call.hear())
        .isEqualTo(new StreamMessage.Ended(StreamMessage.How.EXITED, 0, node.row(pid).reason()));
  }

  @Test
  void aCallerThatComesBackMissesNothing() throws Exception {
    TableNode node = start(1);
    Pid pid = node.place(ProcessSpec.of("sh", "-c", "seq 1 200000; exit 5"));
    AttachedCall first = attach(node, pid, 0);
    StringBuilder seen = new StringBuilder();
    while (seen.length() < 300_000) {
      if (first.hear() instanceof StreamMessage.Output(var bytes)) {
        seen.append(bytes.utf8());
        first.say(new StreamMessage.Taken(seen.length(), 0).encode());
      }
    }
    first.hangUp();
    seen.append(readOutput(attach(node, pid, seen.length()), seen.length()));
    assertThat(seen.toString()).hasLineCount(200_000).endsWith("\n199999\n200000\n");
    assertThat(node.awaitEnd(pid).exit()).contains(new ProcessExit.Code(5));
  }

  @Test
  void aCallerThatComesBackHasWhatIsBeforeItsOffset() throws Exception {
    TableNode node = start(1);
    Pid pid = node.place(ProcessSpec.of("sh", "-c", "seq 1 200000"));
    AttachedCall first = attach(node, pid, 0);
    int seen = 0;
    // The program waits for room, and what the caller has taken is said to nobody.
    while (seen < ProgramStreams.RETAINED_BYTES_MAX) {
      if (first.hear() instanceof StreamMessage.Output(var bytes)) {
        seen += bytes.length();
      }
    }
    first.hangUp();
    assertThat(readOutput(attach(node, pid, seen), seen)).endsWith("\n199999\n200000\n");
    assertThat(node.awaitEnd(pid).exit()).contains(new ProcessExit.Code(0));
  }

  private TableNode start(long incarnation) throws IOException {
    TableNode node = new TableNode(incarnation);
    supervise(node);
    return node;
  }

  private void supervise(TableNode node) throws IOException {
    Supervisor started = Supervisor.start(node, folder, PATIENCE);
    supervisor = Optional.of(started);
    node.wakes(started);
  }

  private AttachedCall attach(TableNode node, Pid pid, long offset) {
    AttachedCall call = new AttachedCall();
    call.say(new StreamMessage.Attach(pid, offset, 0).encode());
    AttachService service = new AttachService(supervisor.orElseThrow(), node);
    Thread.ofVirtual()
        .start(() -> {
          try {
            service.attach(call);
          } catch (CallException | InterruptedException e) {
            call.failure = String.valueOf(e.getMessage());
          }
        });
    return call;
  }

  private static String readOutput(AttachedCall call, long from)
      throws InterruptedException, MalformedException {
    StringBuilder output = new StringBuilder();
    long taken = from;
    while (true) {
      switch (call.hear()) {
        case StreamMessage.Output(var bytes) -> {
          output.append(bytes.utf8());
          taken += bytes.length();
          call.say(new StreamMessage.Taken(1L << 40, 0).encode()); // Beyond the end: takes nothing.
          call.say(new StreamMessage.Taken(taken, 0).encode());
        }
        case StreamMessage.Ended _ -> {
          return output.toString();
        }
        case StreamMessage.Errors(var bytes) -> throw new AssertionError(bytes.utf8());
        case StreamMessage.Started _, StreamMessage.InputTaken _ -> {}
        case StreamMessage.Input _, StreamMessage.Taken _ ->
            throw new AssertionError("a node sent what only a caller sends");
      }
    }
  }

  private static void awaitRunning(TableNode node, Pid pid) throws Exception {
    synchronized (node) {
      while (node.row(pid).state() != ProcessState.RUNNING) {
        node.wait(100);
      }
    }
  }

  private static ProcessSpec withInput(String path, String... arguments) {
    return new ProcessSpec(
        List.of(arguments), List.of(), Optional.of(path), Optional.empty(), List.of());
  }
}
