package org.volvox.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessSpec;
import org.volvox.base.syscall.ProcessState;

class SchedulerTest {
  private static final NodeId N1 = new NodeId(1);
  private static final NodeId N2 = new NodeId(2);
  private static final NodeId N3 = new NodeId(3);

  private static ProcessRow row(int pid, Optional<NodeId> on, NodeId... near) {
    return new ProcessRow(
        new Pid(pid),
        ProcessState.PENDING,
        new ProcessSpec(List.of("ls"), List.of(), Optional.empty(), on, List.of(near)),
        "user:a",
        SessionId.NONE,
        Optional.empty(),
        0,
        Optional.empty(),
        List.of(),
        List.of());
  }

  private static NodeLoad load(NodeId node, boolean up, int processes) {
    return new NodeLoad(node, up, processes, 2);
  }

  private static List<NodeId> nodes(List<ProcessRow> rows, NodeLoad... loads) {
    return Scheduler.place(rows, List.of(loads)).stream().map(ProcessCall.Place::node).toList();
  }

  @Test
  void choosesTheLeastLoadedThatIsUp() {
    List<ProcessRow> one = List.of(row(1, Optional.empty()));
    assertThat(nodes(one, load(N1, true, 2), load(N2, false, 0), load(N3, true, 1)))
        .containsExactly(N3);
    assertThat(nodes(one, load(N2, true, 1), load(N1, true, 1))).containsExactly(N1);
    assertThat(nodes(one, new NodeLoad(N1, true, 2, 2), new NodeLoad(N2, true, 3, 8)))
        .containsExactly(N2);
  }

  @Test
  void spreadsManyEvenly() {
    List<ProcessRow> rows = new ArrayList<>();
    for (int pid = 1; pid <= 6; pid++) {
      rows.add(row(pid, Optional.empty()));
    }
    assertThat(nodes(rows, load(N1, true, 0), load(N2, true, 0), load(N3, true, 0)))
        .containsExactly(N1, N2, N3, N1, N2, N3);
  }

  @Test
  void prefersAHolderOfTheBlocks() {
    List<ProcessRow> rows = List.of(row(1, Optional.empty(), N3, N2));
    assertThat(nodes(rows, load(N1, true, 0), load(N2, true, 5), load(N3, true, 4)))
        .containsExactly(N3);
    assertThat(nodes(rows, load(N1, true, 0), load(N2, false, 5), load(N3, false, 4)))
        .containsExactly(N1);
    assertThat(
            Scheduler.place(rows, List.of(load(N2, true, 1), load(N3, true, 0)))
                .getFirst()
                .reason())
        .isEqualTo("holds its input; least loaded of n2 (1/2) n3 (0/2): n3");
  }

  @Test
  void obeysADemandedNodeOrWaits() {
    List<ProcessRow> rows = List.of(row(1, Optional.of(N2), N1));
    assertThat(nodes(rows, load(N1, true, 0), load(N2, true, 9))).containsExactly(N2);
    assertThat(nodes(rows, load(N1, true, 0), load(N2, false, 0))).isEmpty();
    assertThat(nodes(rows, load(N1, true, 0))).isEmpty();
  }

  @Test
  void waitsWhenNothingIsUp() {
    assertThat(nodes(List.of(row(1, Optional.empty())), load(N1, false, 0))).isEmpty();
    assertThat(Scheduler.place(List.of(), List.of())).isEmpty();
  }

  @Test
  void reasonsStayShort() {
    NodeLoad[] many = new NodeLoad[20];
    for (int i = 0; i < many.length; i++) {
      many[i] = load(new NodeId(i + 1), true, 0);
    }
    List<ProcessRow> one = List.of(row(1, Optional.empty()));
    assertThat(Scheduler.place(one, List.of(many)).getFirst().reason())
        .endsWith("n7 (0/2) and 13 more: n1");
  }

  @Test
  void refusesImpossibleLoads() {
    assertThatThrownBy(() -> new NodeLoad(N1, true, -1, 1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new NodeLoad(N1, true, 0, 0)).hasMessageContaining("0");
  }
}
