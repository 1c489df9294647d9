package org.volvox.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.node.data.DataCluster.SPACE;
import static org.volvox.node.data.DataCluster.await;
import static org.volvox.node.data.DataCluster.element;
import static org.volvox.node.data.DataCluster.put;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.backup.DataCheck;
import org.volvox.base.backup.DataPart;
import org.volvox.base.snapshot.SnapshotPart.Pair;
import org.volvox.base.syscall.Consistency;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.calls.message.DataCopyMessage;
import org.volvox.calls.message.DataCopyMessage.Request;
import org.volvox.calls.message.DataMessage;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataToken;
import org.volvox.crdt.AtomRange;
import org.volvox.crdt.Message;
import org.volvox.crdt.ReplicaCopy;
import org.volvox.crdt.ReplicaId;
import org.volvox.crdt.Versions;
import org.volvox.node.serve.Admission;
import org.volvox.node.snapshot.PipedCall;

/** Copies of a node's data, and nodes that are made from one. */
@Timeout(120)
class DataCopiesTest {
  private static final NodeId CALLER = new NodeId(9);
  private static final int ALL = 1_000_000;

  @TempDir Path folder = Path.of("");

  private static DataCopies.Limits limits(Duration waitMax, Duration idleMax) {
    return new DataCopies.Limits(300 << 10, 1L << 30, waitMax, idleMax, Duration.ofMillis(20));
  }

  private static DataCopies copies(DataCluster cluster, int node) {
    return copies(cluster, node, Duration.ofSeconds(20));
  }

  private static DataCopies copies(DataCluster cluster, int node, Duration idleMax) {
    DataCluster.Machine machine = cluster.get(node);
    return new DataCopies(machine.id, machine.host, limits(Duration.ofMillis(50), idleMax));
  }

  /** What one call brought. */
  private record Piece(DataCopyMessage.Offer offer, List<DataPart> parts) {}

  private static PipedCall call(DataCopies copies, Request request, int cutAfter) {
    PipedCall call = new PipedCall(Method.DATA_COPY, CALLER, cutAfter, copies::serve);
    call.send(request.encode());
    return call;
  }

  private static Piece piece(DataCopies copies, Request request, int cutAfter)
      throws CallException, InterruptedException, MalformedException {
    PipedCall call = call(copies, request, cutAfter);
    var offer = DataCopyMessage.Offer.decode(call.receive().orElseThrow());
    List<DataPart> parts = new ArrayList<>();
    try {
      for (Optional<Bytes> next = call.receive(); next.isPresent(); next = call.receive()) {
        parts.add(DataPart.decode(next.get()));
      }
    } catch (CallException e) {
      assertThat(cutAfter).as(e.getMessage()).isLessThan(ALL);
    }
    return new Piece(offer, parts);
  }

  private static Request fetch(DataToken atLeast, boolean orLess) {
    return new Request.Fetch(atLeast, orLess, Optional.empty());
  }

  private static Request resume(long number, Bytes behind) {
    return new Request.Fetch(
        DataToken.NONE, false, Optional.of(new DataCopyMessage.Resume(number, behind)));
  }

  private static DataToken had(DataCopies copies)
      throws CallException, InterruptedException, MalformedException {
    PipedCall call = call(copies, new Request.Look(), ALL);
    DataToken base = DataCopyMessage.Had.decode(call.receive().orElseThrow()).base();
    assertThat(call.receive()).isEmpty();
    return base;
  }

  /** Some pages of data of each kind that matters here. */
  private static void fill(DataCluster.Machine machine) {
    String big = "v".repeat(100 << 10);
    for (int i = 0; i < 9; i++) {
      machine.ask(put("big" + i, big + i));
    }
    machine.ask(new Action.Mark(element("set", "kept")));
    machine.ask(new Action.Mark(element("set", "removed")));
    machine.ask(new Action.Erase(element("set", "removed")));
  }

  @Test
  void aCopyIsOfOneMomentOverAllCallsThatItTakes() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      DataCluster.Machine one = cluster.get(1);
      fill(one);
      DataCopies copies = copies(cluster, 1);
      DataToken before = had(copies);
      DataCheck check = new DataCheck();
      List<Pair> pairs = new ArrayList<>();
      Piece piece = piece(copies, fetch(before, false), 4);
      long number = piece.offer().number();
      int calls = 0;
      while (!check.isComplete()) {
        assertThat(piece.offer()).isEqualTo(new DataCopyMessage.Offer(number, before));
        for (DataPart part : piece.parts()) {
          check.accept(part);
          assertThat(part.encode().length()).isLessThan(DataPart.CHUNK_BYTES_MAX + 1024);
          if (part instanceof DataPart.Atoms(var some)) {
            pairs.addAll(some);
          }
        }
        one.ask(put("aaa" + calls, "later"));
        one.ask(new Action.Erase(DataCluster.register("big8")));
        calls++;
        if (!check.isComplete()) {
          piece = piece(copies, resume(number, check.lastKey()), ALL);
        }
      }
      assertThat(calls).isGreaterThan(2);
      assertThat(pairs).hasSize(10);
      assertThat(check.atoms()).isEqualTo(10);
      assertThat(had(copies).covers(before)).isTrue();
      assertThat(before.covers(had(copies))).isFalse();
      restore(check, pairs, DataWire.versions(before));
    }
  }

  /** A node that is made of it has the same, an id of its own, and goes on. */
  private void restore(DataCheck check, List<Pair> pairs, Versions base) throws Exception {
    ReplicaCopy of = ReplicaCopy.of(check.moment().orElseThrow().moment());
    List<Message.Piece> pieces = new ArrayList<>();
    for (Pair pair : pairs) {
      pieces.add(of.piece(pair.key(), pair.value()));
    }
    List<Long> ids = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      try (RestoredData data = RestoredData.begin(folder.resolve(name))) {
        data.put(pieces.subList(0, 4));
        data.put(pieces.subList(4, pieces.size()));
        data.finish(of);
      }
      DataHost host =
          DataHost.open(
              new NodeId(1),
              folder.resolve(name).resolve(DataHost.FOLDER),
              new DataHost.Wiring(
                  (_, _) -> {}, () -> new WallTime(1), why -> assertThat(why).isEmpty()));
      host.start();
      Versions restored = host.read(view -> view.base());
      assertThat(restored).isEqualTo(base);
      List<Message.Piece> there =
          host.read(view -> view.page(AtomRange.of(SPACE), 100, 10 * ALL).pieces());
      assertThat(there).isEqualTo(pieces);
      DataService service =
          new DataService(
              new NodeId(1),
              host,
              id -> Optional.of(DataCluster.row(id, Consistency.AVAILABLE)),
              new Admission());
      Bytes request = new DataMessage.Request(SPACE, DataToken.NONE, put("new", "n")).encode();
      DataMessage.Answer answer =
          DataMessage.Answer.decode(
              service
                  .ask(request, DataCluster.WITHIN)
                  .get(DataCluster.WITHIN.toSeconds(), TimeUnit.SECONDS));
      ids.add(answer.atoms().getFirst().entries().getFirst().replica());
      host.stop();
    }
    assertThat(ids).doesNotHaveDuplicates().hasSize(2);
    assertThat(base.counts().keySet())
        .extracting(ReplicaId::value)
        .doesNotContainAnyElementsOf(ids);
  }

  @Test
  void itWaitsForWhatOthersHadAndSaysIfItDoesNotCome() throws Exception {
    try (DataCluster cluster = new DataCluster(2)) {
      cluster.get(1).ask(put("k", "v"));
      await("the other has it", () -> had(copies(cluster, 2)).equals(had(copies(cluster, 1))));
      cluster.cut(2);
      cluster.get(2).ask(put("k", "alone"));
      DataToken wanted = had(copies(cluster, 2));
      PipedCall refused = call(copies(cluster, 1), fetch(wanted, false), ALL);
      assertThatThrownBy(refused::receive)
          .isInstanceOf(CallException.class)
          .hasMessageContaining("n1 has not heard of all changes");
      Piece less = piece(copies(cluster, 1), fetch(wanted, true), ALL);
      assertThat(less.offer().base().covers(wanted)).isFalse();
      assertThat(less.parts().getLast()).isInstanceOf(DataPart.End.class);
      cluster.heal();
      DataCluster.Machine one = cluster.get(1);
      DataCopies patient =
          new DataCopies(one.id, one.host, limits(DataCluster.WITHIN, Duration.ofSeconds(20)));
      Piece whole = piece(patient, fetch(wanted, false), ALL);
      assertThat(whole.offer().base().covers(wanted)).isTrue();
    }
  }

  @Test
  void thereAreTwoAtATimeAndWhoeverIsSilentMakesRoom() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      fill(cluster.get(1));
      DataCopies copies = copies(cluster, 1);
      for (int i = 0; i < DataCopies.OPEN_MAX; i++) {
        assertThat(piece(copies, fetch(DataToken.NONE, false), 3).parts()).isNotEmpty();
      }
      PipedCall third = call(copies, fetch(DataToken.NONE, false), ALL);
      assertThatThrownBy(third::receive).hasMessageContaining("serves 2 copies");
      PipedCall unknown = call(copies, resume(77, Bytes.EMPTY), ALL);
      assertThatThrownBy(unknown::receive).hasMessageContaining("no longer has that copy");
      DataCopies forgetful = copies(cluster, 1, Duration.ofMillis(1));
      Piece cut = piece(forgetful, fetch(DataToken.NONE, false), 3);
      await(
          "a view that nobody asks for is given up",
          () -> {
            try {
              var _ = call(forgetful, resume(cut.offer().number(), Bytes.utf8("x")), ALL).receive();
              return false;
            } catch (CallException e) {
              return String.valueOf(e.getMessage()).contains("no longer has that copy");
            }
          });
      PipedCall nonsense = new PipedCall(Method.DATA_COPY, CALLER, ALL, copies::serve);
      nonsense.send(Bytes.utf8("?"));
      assertThatThrownBy(nonsense::receive).hasMessageContaining("request for a copy");
    }
  }
}
