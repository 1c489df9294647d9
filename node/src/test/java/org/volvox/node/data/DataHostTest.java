package org.volvox.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.node.data.DataCluster.SPACE;
import static org.volvox.node.data.DataCluster.await;
import static org.volvox.node.data.DataCluster.put;
import static org.volvox.node.data.DataCluster.register;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyRange;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Answer;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.crdt.AtomKey;
import org.volvox.crdt.AtomRange;
import org.volvox.crdt.Change;
import org.volvox.crdt.Message;
import org.volvox.crdt.Versions;
import org.volvox.crdt.Views;

/** The disk, the queue and the end of a host. */
@Timeout(120)
class DataHostTest {
  private static AtomKey key(String name) {
    return new AtomKey(SPACE, Bytes.utf8(name), org.volvox.crdt.Kind.REGISTER, Bytes.EMPTY);
  }

  private static Change.Put value(String value) {
    return new Change.Put(Bytes.utf8(value));
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(DataCluster.WITHIN.toSeconds(), TimeUnit.SECONDS);
  }

  private static Optional<Bytes> last(DataHost host, String name) throws CallException {
    return host.read(view -> Views.last(view.atom(key(name))));
  }

  private static Versions base(DataHost host) throws CallException {
    return host.read(view -> view.base());
  }

  /** What it has of the one space. */
  private static List<Message.Piece> pieces(DataHost host) throws CallException {
    return host.read(view -> view.page(AtomRange.of(SPACE), 10, 1000).pieces());
  }

  @Test
  void concurrentWritersShareASyncAndReadersWaitForNone() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      DataCluster.Machine one = cluster.get(1);
      one.ask(put("k", "before"));
      int flushes = one.store.flushes.get();
      int begun = one.store.begun.get();
      one.store.hold();
      List<CompletableFuture<DataHost.Outcome>> outcomes = new ArrayList<>();
      outcomes.add(one.host.change(key("k"), value("after")));
      await("the first syncs", () -> one.store.begun.get() == begun + 1);
      for (int i = 0; i < 100; i++) {
        outcomes.add(one.host.change(key("k" + i), value("v")));
      }
      // Nothing that is not durable is shown, and nobody waits to see the rest.
      assertThat(one.values("k")).containsExactly("before");
      Action.Range all = new Action.Range(KeyRange.ALL, Optional.empty(), 1000);
      assertThat(one.ask(all).atoms()).hasSize(1);
      assertThat(outcomes).noneMatch(CompletableFuture::isDone);
      one.store.release();
      for (CompletableFuture<DataHost.Outcome> outcome : outcomes) {
        assertThat(get(outcome)).isInstanceOf(DataHost.Outcome.Done.class);
      }
      assertThat(one.store.flushes.get()).isEqualTo(flushes + 2);
      assertThat(one.values("k")).containsExactly("after");
      assertThat(one.ask(all).atoms()).hasSize(101);
    }
  }

  @Test
  void changesThatShareASyncShareAMessage() throws Exception {
    try (DataCluster cluster = new DataCluster(2)) {
      DataCluster.Machine one = cluster.get(1);
      DataCluster.Machine two = cluster.get(2);
      int begun = one.store.begun.get();
      one.store.hold();
      List<CompletableFuture<DataHost.Outcome>> outcomes = new ArrayList<>();
      outcomes.add(one.host.change(key("k"), value("v")));
      await("the first syncs", () -> one.store.begun.get() == begun + 1);
      for (int i = 0; i < 200; i++) {
        outcomes.add(one.host.change(key("k" + i), value("v")));
      }
      int told = cluster.messages.get();
      int flushes = two.store.flushes.get();
      one.store.release();
      for (CompletableFuture<DataHost.Outcome> outcome : outcomes) {
        get(outcome);
      }
      Versions all = base(one.host);
      await("two has them", () -> base(two.host).covers(all));
      // Questions of ticks may be between them.
      assertThat(cluster.messages.get() - told).isLessThan(50);
      assertThat(two.store.flushes.get() - flushes).isLessThan(20);
    }
  }

  @Test
  void aCrashKeepsWhatWasAnswered() throws Exception {
    try (DataCluster cluster = new DataCluster(3)) {
      for (int round = 0; round < 5; round++) {
        DataCluster.Machine one = cluster.get(1);
        Answer written = one.ask(put("k", "v" + round));
        assertThat(written.verdict().name()).isEqualTo("DONE");
        assertThat(cluster.restart(1).values("k")).containsExactly("v" + round);
        DataCluster.Machine two = cluster.get(2);
        int now = round;
        await("the others have it", () -> two.values("k").equals(List.of("v" + now)));
      }
    }
  }

  @Test
  void aLostDiskTakesItAllFromTheOthersAndWritesOn() throws Exception {
    try (DataCluster cluster = new DataCluster(2)) {
      for (int i = 0; i < 50; i++) {
        cluster.get(1).ask(put("k" + i, "v"));
      }
      Versions before = base(cluster.get(1).host);
      // What is answered is told a moment later; what nobody else has is lost with the disk.
      DataHost other = cluster.get(2).host;
      await("the other has it all", () -> base(other).covers(before));
      DataCluster.Machine lost = cluster.restartEmpty(1);
      await("all is back", () -> base(lost.host).covers(before));
      lost.ask(put("k0", "w"));
      assertThat(base(lost.host).counts()).hasSize(before.counts().size() + 1);
      await("told on", () -> cluster.get(2).values("k0").equals(List.of("w")));
    }
  }

  @Test
  void whoAsksTooMuchIsRefusedAtOnce() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      DataCluster.Machine one = cluster.get(1);
      int begun = one.store.begun.get();
      one.store.hold();
      List<CompletableFuture<DataHost.Outcome>> outcomes = new ArrayList<>();
      Change.Put big = new Change.Put(Bytes.wrap(new byte[512 << 10]));
      for (int i = 0; i < 10; i++) {
        outcomes.add(one.host.change(key("k" + i), big));
      }
      await("it syncs", () -> one.store.begun.get() == begun + 1);
      List<CompletableFuture<DataHost.Outcome>> busy =
          outcomes.stream().filter(CompletableFuture::isCompletedExceptionally).toList();
      assertThat(busy).hasSize(3);
      assertThatThrownBy(() -> get(busy.getFirst()))
          .rootCause()
          .isInstanceOfSatisfying(
              CallException.class,
              failure -> assertThat(failure.status()).isEqualTo(CallStatus.BUSY));
      one.store.release();
      for (CompletableFuture<DataHost.Outcome> outcome : outcomes) {
        if (!outcome.isCompletedExceptionally()) {
          get(outcome);
        }
      }
      // The room is there again.
      assertThat(get(one.host.change(key("k"), big))).isInstanceOf(DataHost.Outcome.Done.class);
    }
  }

  @Test
  void aBrokenDiskEndsTheNodeAndAnswersNothing() throws Exception {
    DataCluster cluster = new DataCluster(1);
    DataCluster.Machine one = cluster.get(1);
    one.store.fail("the disk is broken");
    CompletableFuture<DataHost.Outcome> outcome = one.host.change(key("k"), value("v"));
    await("it is heard of", () -> !cluster.failures.isEmpty());
    assertThat(cluster.failures).containsExactly("data that merges: the disk is broken");
    assertThatThrownBy(() -> get(outcome)).rootCause().isInstanceOf(CallException.class);
    assertThat(last(one.host, "k")).isEmpty();
    one.host.stop();
    assertThatThrownBy(() -> last(one.host, "k")).hasMessageContaining("stopping");
    assertThatThrownBy(() -> get(one.host.change(key("k"), value("v"))))
        .rootCause()
        .hasMessageContaining("stopping");
  }

  @Test
  void itIsFoundAgainInItsFolder(@TempDir Path folder) throws Exception {
    DataHost.Wiring wiring =
        new DataHost.Wiring((_, _) -> {}, () -> new WallTime(1), why -> assertThat(why).isEmpty());
    NodeId self = new NodeId(1);
    DataHost first = DataHost.open(self, folder.resolve("data"), wiring);
    first.start();
    get(first.change(key("k"), value("v")));
    Versions base = base(first);
    first.stop();
    DataHost again = DataHost.open(self, folder.resolve("data"), wiring);
    again.start();
    assertThat(last(again, "k")).contains(Bytes.utf8("v"));
    assertThat(base(again)).isEqualTo(base);
    get(again.change(key("k"), value("w")));
    // The same replica: another store would have another id.
    assertThat(base(again).counts()).hasSize(1);
    again.stop();
  }

  @Test
  void whatARemovedSpaceLeavesGoesEverywhere() throws Exception {
    try (DataCluster cluster = new DataCluster(2)) {
      long other = 30;
      cluster.spaces.put(other, DataCluster.row(other, Consistency.AVAILABLE));
      DataCluster.Machine one = cluster.get(1);
      DataCluster.Machine two = cluster.get(2);
      Place visits = new Place(Bytes.utf8("n"), Kind.COUNTER, Bytes.EMPTY);
      one.ask(put("k", "v"));
      one.ask(new Action.Add(visits, 1));
      Answer kept = one.ask(other, one.ask(put("l", "v")).seen(), put("k", "v"));
      two.ask(kept.seen(), new Action.Look(register("k")));
      DataDuties duties = new DataDuties(one.id, one.host, id -> id <= 20);
      DataDuties unaware = new DataDuties(two.id, two.host, _ -> false);
      duties.turn();
      unaware.turn();
      assertThat(pieces(one.host)).isEmpty();
      assertThat(pieces(two.host)).hasSize(3);
      // The other has not heard of the removal, and tells of a change.
      int told = two.ask(put("late", "v")).seen().counts().size();
      assertThat(told).isEqualTo(2);
      await("it is back", () -> !pieces(one.host).isEmpty());
      new DataDuties(two.id, two.host, id -> id <= 20).turn();
      duties.turn();
      for (DataCluster.Machine each : List.of(one, two)) {
        Optional<Long> first = each.host.read(view -> view.space(0));
        assertThat(first).contains(other);
        assertThat(each.ask(other, kept.seen(), new Action.Look(register("k"))).atoms().getFirst())
            .isEqualTo(kept.atoms().getFirst());
      }
      duties.close();
      unaware.close();
    }
  }
}
