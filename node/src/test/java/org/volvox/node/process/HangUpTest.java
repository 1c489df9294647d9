package org.volvox.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.Pid;
import org.volvox.base.syscall.ProcessExit;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessSpec;
import org.volvox.calls.CallException;
import org.volvox.calls.message.StreamMessage;

/** What becomes of real programs whose caller was killed. */
@Timeout(60)
class HangUpTest {
  private static final Duration GRACE = Duration.ofSeconds(1);

  @TempDir Path folder;
  private final TableNode node = new TableNode(1);
  private Optional<Supervisor> supervisor = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    ProcessHost.Patience patience = new ProcessHost.Patience(Duration.ofSeconds(2), GRACE);
    Supervisor started = Supervisor.start(node, folder, patience);
    supervisor = Optional.of(started);
    node.wakes(started);
  }

  @AfterEach
  void close() {
    supervisor.ifPresent(Supervisor::close);
  }

  @Test
  void aProgramThatWaitsForAReaderIsHungUpWhenItsCallerIsGone() throws Exception {
    Pid pid = node.place(ProcessSpec.of("yes"));
    AttachedCall call = attach(pid);
    awaitOutput(call);
    call.hangUp();
    assertThat(node.awaitEnd(pid).exit()).contains(new ProcessExit.Signal(PosixSignals.HUP));
  }

  @Test
  void aProgramThatWaitsForInputIsHungUpWhenItsCallerIsGone() throws Exception {
    Pid pid = node.place(ProcessSpec.of("cat"));
    AttachedCall call = attach(pid);
    assertThat(call.hear()).isInstanceOf(StreamMessage.Started.class);
    call.hangUp();
    assertThat(node.awaitEnd(pid).exit()).contains(new ProcessExit.Signal(PosixSignals.HUP));
  }

  @Test
  void aProgramThatNobodyEverReadIsHungUpOnceItsOutputIsFull() throws Exception {
    Pid pid = node.place(ProcessSpec.of("yes"));
    assertThat(node.awaitEnd(pid).exit()).contains(new ProcessExit.Signal(PosixSignals.HUP));
  }

  @Test
  void aProgramThatIgnoresTheHangUpWaitsForNobody() throws Exception {
    Pid pid = node.place(ProcessSpec.of("sh", "-c", "trap '' HUP; cat; seq 1 200000; exit 5"));
    AttachedCall call = attach(pid);
    call.say(new StreamMessage.Input(Bytes.utf8("hello")).encode());
    awaitOutput(call);
    call.hangUp();
    assertThat(node.awaitEnd(pid).exit()).contains(new ProcessExit.Code(5));
  }

  @Test
  void aProgramThatWasStartedToRunByItselfGoesOn() throws Exception {
    long begun = System.nanoTime();
    ProcessRow row = node.awaitEnd(node.place(ProcessSpec.of("sleep", "4")));
    assertThat(row.exit()).contains(new ProcessExit.Code(0));
    assertThat(System.nanoTime() - begun).isGreaterThan(3 * GRACE.toNanos());
  }

  @Test
  void aCallerWithinTheGraceFindsItsProgramAlive() throws Exception {
    Pid pid = node.place(ProcessSpec.of("sh", "-c", "echo on; sleep 4; exit 3"));
    AttachedCall first = attach(pid);
    awaitOutput(first);
    first.hangUp();
    AttachedCall second = attach(pid);
    awaitOutput(second);
    assertThat(node.awaitEnd(pid).exit()).contains(new ProcessExit.Code(3));
  }

  private AttachedCall attach(Pid pid) {
    AttachedCall call = new AttachedCall();
    call.say(new StreamMessage.Attach(pid, 0, 0).encode());
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

  private static void awaitOutput(AttachedCall call) throws Exception {
    while (!(call.hear() instanceof StreamMessage.Output)) {
      assertThat(call.failure).isEmpty();
    }
  }
}
