package org.volvox.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Pid;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessExit;
import org.volvox.base.syscall.ProcessPage;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessSpec;
import org.volvox.base.syscall.ProcessState;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.Status;

class ProcessesTest {
  private static final NodeId N1 = Computer.N1;
  private static final NodeId N2 = Computer.N2;
  private static final ProcessExit OK = new ProcessExit.Code(0);
  private final Computer computer = new Computer();
  private SessionId session = SessionId.NONE;
  private long seq;

  @BeforeEach
  void register() {
    session = computer.register();
  }

  private Pid spawn() {
    Result result = user(new ProcessCall.Spawn(ProcessSpec.of("ls")));
    return Computer.must(() -> ProcessRow.decode(result.body())).pid();
  }

  private Result user(ProcessCall call) {
    seq++;
    return computer.call(session, seq, seq, call);
  }

  private Status node(ProcessCall call) {
    return computer.callAsNode(call).status();
  }

  private ProcessRow row(Pid pid) {
    Result result = computer.ask(new ProcessAsk.One(pid));
    return Computer.must(() -> ProcessRow.decode(result.body()));
  }

  private ProcessPage page(ProcessAsk ask) {
    Result result = computer.ask(ask);
    return Computer.must(() -> ProcessPage.decode(result.body()));
  }

  private Pid started(NodeId where) {
    Pid pid = spawn();
    node(new ProcessCall.Place(pid, where, "test"));
    node(new ProcessCall.Starting(pid, where, 1));
    node(new ProcessCall.Running(pid, where, 1, ""));
    assertThat(row(pid).state()).isEqualTo(ProcessState.RUNNING);
    return pid;
  }

  @Test
  void aProcessGoesThroughItsLifeAndTellsWhy() {
    Pid pid = spawn();
    assertThat(node(new ProcessCall.Place(pid, N1, "least loaded"))).isEqualTo(Status.OK);
    assertThat(node(new ProcessCall.Starting(pid, N1, 4))).isEqualTo(Status.OK);
    computer.wallMillis += 5;
    assertThat(node(new ProcessCall.Running(pid, N1, 4, "no setpriv"))).isEqualTo(Status.OK);
    assertThat(node(new ProcessCall.Exited(pid, N1, 4, new ProcessExit.Code(3), "")))
        .isEqualTo(Status.OK);
    ProcessRow row = row(pid);
    assertThat(row.state()).isEqualTo(ProcessState.EXITED);
    assertThat(row.exit()).contains(new ProcessExit.Code(3));
    assertThat(row.node()).contains(N1);
    assertThat(row.incarnation()).isEqualTo(4);
    assertThat(row.session()).isEqualTo(session);
    assertThat(row.history())
        .extracting(change -> change.at().millis() + " " + change.state() + ": " + change.reason())
        .containsExactly(
            "1000000 PENDING: asked for by user:a",
            "1000000 PLACED: least loaded",
            "1000000 STARTING: start recorded by n1",
            "1000005 RUNNING: started by n1: no setpriv",
            "1000005 EXITED: exited with 3");
  }

  @Test
  void pidsAreNeverReused() {
    Pid first = spawn();
    user(new ProcessCall.Kill(first, 9));
    assertThat(spawn().value()).isEqualTo(first.value() + 1);
  }

  @Test
  void repeatedReportsOfANodeAreOk() {
    Pid pid = spawn();
    for (int i = 0; i < 2; i++) {
      assertThat(node(new ProcessCall.Place(pid, N1, "x"))).isEqualTo(Status.OK);
    }
    for (int i = 0; i < 2; i++) {
      assertThat(node(new ProcessCall.Starting(pid, N1, 1))).isEqualTo(Status.OK);
    }
    for (int i = 0; i < 2; i++) {
      assertThat(node(new ProcessCall.Running(pid, N1, 1, ""))).isEqualTo(Status.OK);
    }
    for (int i = 0; i < 2; i++) {
      assertThat(node(new ProcessCall.Exited(pid, N1, 1, OK, ""))).isEqualTo(Status.OK);
    }
    assertThat(row(pid).history()).hasSize(5);
  }

  @Test
  void reportsThatNoLongerHoldAreStale() {
    Pid pid = spawn();
    assertThat(node(new ProcessCall.Starting(pid, N1, 1))).isEqualTo(Status.STALE);
    node(new ProcessCall.Place(pid, N1, "x"));
    assertThat(node(new ProcessCall.Place(pid, N2, "x"))).isEqualTo(Status.STALE);
    assertThat(node(new ProcessCall.Starting(pid, N2, 1))).isEqualTo(Status.STALE);
    assertThat(node(new ProcessCall.Running(pid, N1, 1, ""))).isEqualTo(Status.STALE);
    node(new ProcessCall.Starting(pid, N1, 1));
    assertThat(node(new ProcessCall.Starting(pid, N1, 2))).isEqualTo(Status.STALE);
    assertThat(node(new ProcessCall.Running(pid, N1, 2, ""))).isEqualTo(Status.STALE);
    assertThat(node(new ProcessCall.Exited(pid, N1, 2, OK, ""))).isEqualTo(Status.STALE);
    assertThat(node(new ProcessCall.Lost(pid, N1, 2, "x"))).isEqualTo(Status.STALE);
    node(new ProcessCall.Exited(pid, N1, 1, OK, ""));
    assertThat(node(new ProcessCall.Starting(pid, N1, 1))).isEqualTo(Status.STALE);
    assertThat(node(new ProcessCall.Running(pid, N1, 1, ""))).isEqualTo(Status.STALE);
    assertThat(node(new ProcessCall.Exited(pid, N1, 1, new ProcessExit.Code(1), "")))
        .isEqualTo(Status.STALE);
    assertThat(node(new ProcessCall.Lost(pid, N1, 1, "x"))).isEqualTo(Status.STALE);
    assertThat(row(pid).state()).isEqualTo(ProcessState.EXITED);
  }

  @Test
  void missingProcessesAreNotFound() {
    Pid none = new Pid(99);
    List<ProcessCall> calls =
        List.of(
            new ProcessCall.Place(none, N1, ""),
            new ProcessCall.Starting(none, N1, 1),
            new ProcessCall.Running(none, N1, 1, ""),
            new ProcessCall.Exited(none, N1, 1, OK, ""),
            new ProcessCall.Lost(none, N1, 1, ""),
            new ProcessCall.Kill(none, 9));
    for (ProcessCall call : calls) {
      assertThat(node(call)).isEqualTo(Status.NOT_FOUND);
    }
    assertThat(computer.ask(new ProcessAsk.One(none)).status()).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void aDemandedNodeIsTheOnlyOne() {
    ProcessSpec spec =
        new ProcessSpec(List.of("ls"), List.of(), Optional.empty(), Optional.of(N2), List.of());
    user(new ProcessCall.Spawn(spec));
    assertThat(node(new ProcessCall.Place(new Pid(1), N1, "x"))).isEqualTo(Status.INVALID);
    assertThat(node(new ProcessCall.Place(new Pid(1), N2, "x"))).isEqualTo(Status.OK);
  }

  @Test
  void aLostNodeLosesWhatItStartedAndGivesBackWhatItDidNot() {
    Pid running = started(N1);
    Pid elsewhere = started(N2);
    Pid placed = spawn();
    node(new ProcessCall.Place(placed, N1, "x"));
    Pid later = spawn();
    node(new ProcessCall.Place(later, N1, "x"));
    node(new ProcessCall.Starting(later, N1, 2));
    assertThat(node(new ProcessCall.NodeLost(N1, 1, "n1 silent for 3 s"))).isEqualTo(Status.OK);
    assertThat(row(running).state()).isEqualTo(ProcessState.LOST);
    assertThat(row(running).reason()).isEqualTo("n1 silent for 3 s");
    assertThat(row(elsewhere).state()).isEqualTo(ProcessState.RUNNING);
    assertThat(row(placed).state()).isEqualTo(ProcessState.PENDING);
    assertThat(row(placed).node()).isEmpty();
    assertThat(row(later).state()).isEqualTo(ProcessState.STARTING);
    assertThat(page(new ProcessAsk.Pending(0, 10)).rows()).containsExactly(row(placed));
  }

  @Test
  void aLostProcessStaysLost() {
    Pid pid = started(N1);
    assertThat(node(new ProcessCall.Lost(pid, N1, 1, "its warden died"))).isEqualTo(Status.OK);
    assertThat(node(new ProcessCall.Lost(pid, N1, 1, "its warden died"))).isEqualTo(Status.OK);
    assertThat(node(new ProcessCall.Exited(pid, N1, 1, OK, ""))).isEqualTo(Status.STALE);
    assertThat(row(pid).state()).isEqualTo(ProcessState.LOST);
  }

  @Test
  void aDeadlySignalBeforeTheStartEndsIt() {
    Pid pending = spawn();
    assertThat(user(new ProcessCall.Kill(pending, 17)).isOk()).isTrue();
    assertThat(row(pending).state()).isEqualTo(ProcessState.PENDING);
    user(new ProcessCall.Kill(pending, 15));
    assertThat(row(pending).state()).isEqualTo(ProcessState.KILLED);
    assertThat(row(pending).exit()).contains(new ProcessExit.Signal(15));
    assertThat(user(new ProcessCall.Kill(pending, 15)).status()).isEqualTo(Status.STALE);
    Pid placed = spawn();
    node(new ProcessCall.Place(placed, N1, "x"));
    user(new ProcessCall.Kill(placed, 9));
    assertThat(node(new ProcessCall.Starting(placed, N1, 1))).isEqualTo(Status.STALE);
    assertThat(page(new ProcessAsk.Pending(0, 10)).rows()).isEmpty();
    assertThat(page(new ProcessAsk.OnNode(N1, 0, 10)).rows()).isEmpty();
  }

  @Test
  void signalsToAStartedProcessAreListedForItsNode() {
    Pid pid = started(N1);
    user(new ProcessCall.Kill(pid, 2));
    user(new ProcessCall.Kill(pid, 15));
    assertThat(row(pid).signals()).containsExactly(2, 15);
    assertThat(row(pid).state()).isEqualTo(ProcessState.RUNNING);
    node(new ProcessCall.Exited(pid, N1, 1, new ProcessExit.Signal(15), "after 1 s"));
    assertThat(row(pid).state()).isEqualTo(ProcessState.KILLED);
    assertThat(row(pid).reason()).isEqualTo("ended by signal 15: after 1 s");
    assertThat(user(new ProcessCall.Kill(pid, 0)).status()).isEqualTo(Status.INVALID);
    assertThat(user(new ProcessCall.Kill(pid, 65)).status()).isEqualTo(Status.INVALID);
  }

  @Test
  void sigkillAlwaysFits() {
    Pid pid = started(N1);
    for (int i = 0; i < KernelLimits.SIGNALS_MAX - 1; i++) {
      assertThat(user(new ProcessCall.Kill(pid, 10)).isOk()).isTrue();
    }
    assertThat(user(new ProcessCall.Kill(pid, 10)).status()).isEqualTo(Status.BUSY);
    assertThat(user(new ProcessCall.Kill(pid, 9)).isOk()).isTrue();
    assertThat(user(new ProcessCall.Kill(pid, 9)).isOk()).isTrue();
    assertThat(row(pid).signals()).hasSize(KernelLimits.SIGNALS_MAX).endsWith(9);
  }

  @Test
  void whatCannotBeRunIsRefused() {
    assertThat(spec(List.of(), List.of())).isEqualTo(Status.INVALID);
    assertThat(spec(List.of(""), List.of())).isEqualTo(Status.INVALID);
    assertThat(spec(List.of("a\0b"), List.of())).isEqualTo(Status.INVALID);
    assertThat(spec(List.of("a"), List.of("novalue"))).isEqualTo(Status.INVALID);
    assertThat(spec(List.of("a"), List.of("=x"))).isEqualTo(Status.INVALID);
    assertThat(spec(List.of("a", "x".repeat(KernelLimits.SPEC_BYTES_MAX)), List.of()))
        .isEqualTo(Status.TOO_LARGE);
    List<NodeId> near = new ArrayList<>();
    for (int i = 0; i <= KernelLimits.NEAR_MAX; i++) {
      near.add(new NodeId(i + 1));
    }
    ProcessSpec crowded =
        new ProcessSpec(List.of("a"), List.of(), Optional.empty(), Optional.empty(), near);
    assertThat(user(new ProcessCall.Spawn(crowded)).status()).isEqualTo(Status.TOO_LARGE);
    assertThat(spec(List.of("a"), List.of("A=b"))).isEqualTo(Status.OK);
  }

  private Status spec(List<String> args, List<String> env) {
    return user(new ProcessCall.Spawn(
            new ProcessSpec(args, env, Optional.empty(), Optional.empty(), List.of())))
        .status();
  }

  @Test
  void livingProcessesAreBounded() {
    for (int i = 0; i < KernelLimits.LIVING_MAX; i++) {
      spawn();
    }
    assertThat(user(new ProcessCall.Spawn(ProcessSpec.of("ls"))).status()).isEqualTo(Status.BUSY);
    user(new ProcessCall.Kill(new Pid(1), 9));
    assertThat(user(new ProcessCall.Spawn(ProcessSpec.of("ls"))).isOk()).isTrue();
  }

  @Test
  void onlyTheLatestEndedProcessesAreKept() {
    Pid living = spawn();
    for (int i = 0; i < KernelLimits.ENDED_MAX + 5; i++) {
      user(new ProcessCall.Kill(spawn(), 9));
    }
    assertThat(computer.ask(new ProcessAsk.One(new Pid(2))).status()).isEqualTo(Status.NOT_FOUND);
    assertThat(row(new Pid(7)).state()).isEqualTo(ProcessState.KILLED);
    assertThat(row(living).state()).isEqualTo(ProcessState.PENDING);
    ProcessPage first = page(new ProcessAsk.All(0, Integer.MAX_VALUE));
    assertThat(first.rows()).hasSize(KernelLimits.PAGE_MAX);
    assertThat(first.more()).isTrue();
    ProcessPage rest = page(new ProcessAsk.All(first.rows().getLast().pid().value(), 10));
    assertThat(rest.rows()).hasSize(1);
    assertThat(rest.more()).isFalse();
  }

  @Test
  void aPageIsBoundedInBytes() {
    String large = "x".repeat(100_000);
    for (int i = 0; i < 20; i++) {
      user(new ProcessCall.Spawn(ProcessSpec.of("echo", large)));
    }
    ProcessPage page = page(new ProcessAsk.Pending(0, 100));
    assertThat(page.rows()).hasSize(11);
    assertThat(page.more()).isTrue();
  }

  @Test
  void historyKeepsTheFirstAndTheLatestChanges() {
    Pid pid = spawn();
    String longReason = "x".repeat(5000);
    for (int i = 0; i < 20; i++) {
      node(new ProcessCall.Place(pid, N1, "place " + i));
      node(new ProcessCall.NodeLost(N1, 1, i == 19 ? longReason : "lost " + i));
    }
    ProcessRow row = row(pid);
    assertThat(row.history()).hasSize(KernelLimits.HISTORY_MAX);
    assertThat(row.history().getFirst().reason()).isEqualTo("asked for by user:a");
    assertThat(row.history().get(14).reason()).isEqualTo("place 19");
    assertThat(row.reason()).hasSize(KernelLimits.REASON_CHARS_MAX);
  }

  @Test
  void aStateInAnotherClusterHasNothingThatLives() {
    Pid pending = spawn();
    Pid placed = spawn();
    node(new ProcessCall.Place(placed, N2, "test"));
    Pid running = started(N1);
    computer.register();
    int steps = 1;
    try (OrderedStore.Batch batch = computer.store.batch()) {
      while (computer.machine.endAll(2, "restored from a backup", batch)) {
        steps++;
      }
      batch.commit();
    }
    assertThat(steps).isEqualTo(3);
    assertThat(row(pending).state()).isEqualTo(ProcessState.KILLED);
    assertThat(row(placed).state()).isEqualTo(ProcessState.KILLED);
    assertThat(row(placed).exit()).contains(new ProcessExit.Signal(9));
    assertThat(row(running).state()).isEqualTo(ProcessState.LOST);
    assertThat(row(running).reason()).isEqualTo("restored from a backup");
    assertThat(page(new ProcessAsk.Pending(0, 100)).rows()).isEmpty();
    assertThat(page(new ProcessAsk.OnNode(N1, 0, 100)).rows()).isEmpty();
    assertThat(user(new ProcessCall.Spawn(ProcessSpec.of("ls"))).status())
        .isEqualTo(Status.SESSION_EXPIRED);
    session = computer.register();
    seq = 0;
    assertThat(spawn().value()).isEqualTo(running.value() + 1);
  }

  @Test
  void theEndOfASessionLeavesItsProcesses() {
    Pid pid = started(N1);
    computer.call(session, ++seq, seq, new SessionCall.Close());
    assertThat(row(pid).state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void onlyTheDocumentedStepsAreAllowed() {
    StringBuilder table = new StringBuilder();
    for (ProcessState from : ProcessState.values()) {
      for (ProcessState to : ProcessState.values()) {
        if (Processes.mayFollow(from, to)) {
          table.append(from).append('>').append(to).append(' ');
        }
      }
    }
    assertThat(table.toString())
        .isEqualTo(
            "PENDING>PLACED PENDING>KILLED "
                + "PLACED>PENDING PLACED>STARTING PLACED>KILLED "
                + "STARTING>RUNNING STARTING>EXITED STARTING>KILLED STARTING>LOST "
                + "RUNNING>EXITED RUNNING>KILLED RUNNING>LOST ");
  }

  @Test
  void rowsAreAsInTheGoldenState() throws IOException {
    computer.callAsNode(new SessionCall.Lead(new Term(3), N1));
    started(N1);
    user(new ProcessCall.Kill(spawn(), 9));
    spawn();
    String state = String.join("\n", Computer.stream(computer.store)) + "\n";
    try (InputStream golden = ProcessesTest.class.getResourceAsStream("state-3.golden")) {
      assertThat(golden).as(state).isNotNull();
      assertThat(state).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void anIndexWithoutItsRowIsABug() {
    spawn();
    try (OrderedStore.Batch batch = computer.store.batch()) {
      batch.delete(KernelKeys.key('P', 'r', 1));
      batch.commit();
    }
    assertThatThrownBy(() -> page(new ProcessAsk.Pending(0, 10)))
        .isInstanceOf(Invariant.Broken.class);
  }

  @Test
  void randomReportsNeverBreakTheTableAndReplayGivesTheSameState() {
    for (int seed = 1; seed <= 20; seed++) {
      Computer random = new Computer();
      session = random.register();
      Prng prng = new Prng(seed);
      for (int i = 0; i < 400; i++) {
        ProcessCall call = randomCall(prng);
        if (prng.below(3) == 0) {
          random.call(session, prng.between(1, i + 1), call);
        } else {
          random.callAsNode(call);
        }
      }
      MemoryStore twin = new MemoryStore();
      for (int index = 1; index <= random.log.size(); index++) {
        random.apply(index, twin);
      }
      assertThat(Computer.stream(twin)).isEqualTo(Computer.stream(random.store));
      checkIndexes(random);
    }
  }

  private static void checkIndexes(Computer computer) {
    try (OrderedStore.Snapshot state = computer.store.snapshot()) {
      ProcessPage all =
          Computer.must(() ->
              ProcessPage.decode(
                  Computer.result(new ProcessTable().pageOfAll(0, 1000, state)).body()));
      List<Bytes> expected = new ArrayList<>();
      for (ProcessRow row : all.rows()) {
        if (row.state() == ProcessState.PENDING) {
          expected.add(KernelKeys.key('P', 'q', row.pid().value()));
        } else if (!row.state().isFinal()) {
          int node = row.node().orElseThrow().value();
          expected.add(KernelKeys.nodeKey('P', 'o', node, row.pid().value()));
        }
      }
      List<Bytes> found = new ArrayList<>();
      for (char table : new char[] {'q', 'o'}) {
        state.scan(
            KernelKeys.table('P', table),
            KernelKeys.tableEnd('P', table),
            OrderedStore.Direction.ASCENDING,
            (key, value) -> found.add(key));
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static ProcessCall randomCall(Prng prng) {
    Pid pid = new Pid(prng.between(1, 20));
    NodeId node = new NodeId(prng.between(1, 3));
    int incarnation = prng.between(1, 2);
    return switch (prng.below(9)) {
      case 0 -> new ProcessCall.Starting(pid, node, incarnation);
      case 1 -> new ProcessCall.Running(pid, node, incarnation, "");
      case 2 -> new ProcessCall.Exited(pid, node, incarnation, OK, "");
      case 3 -> new ProcessCall.Kill(pid, prng.between(1, 20));
      case 4 -> new ProcessCall.NodeLost(node, incarnation, "gone");
      case 5 -> new ProcessCall.Lost(pid, node, incarnation, "lost");
      case 6, 7 -> new ProcessCall.Place(pid, node, "x");
      default -> new ProcessCall.Spawn(ProcessSpec.of("ls"));
    };
  }
}
