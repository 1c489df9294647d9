package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;

/** New replicas from what an old one had, and what becomes of them. */
class ReplicaCopyTest {
  private static final AtomKey GONE = Group.key("basket", Kind.ELEMENT, "pear");
  private static final List<AtomKey> KEYS =
      List.of(Group.REGISTER, Group.ELEMENT, GONE, Group.COUNTER);

  /** As passes through a backup. */
  private record Copy(Bytes moment, List<Bytes> keys, List<Bytes> atoms) {}

  /** Two replicas with some of each kind, one element removed again, and a counter of 12. */
  private static Group old() {
    Group group = Group.of(2, 1_000);
    Group.Member one = group.get(1);
    one.change(Group.REGISTER, new Change.Put(Bytes.utf8("a")));
    one.change(Group.ELEMENT, new Change.Mark());
    one.change(GONE, new Change.Mark());
    one.change(Group.COUNTER, new Change.Add(5));
    group.deliver();
    group.get(2).change(Group.COUNTER, new Change.Add(7));
    group.get(2).change(GONE, new Change.Erase());
    group.deliver();
    return group;
  }

  private static Copy copy(Group.Member of) {
    List<Bytes> keys = new ArrayList<>();
    List<Bytes> atoms = new ArrayList<>();
    try (ReplicaView view = of.replica.view()) {
      // One at a time, as after breaks.
      boolean isMore = true;
      while (isMore) {
        int before = keys.size();
        view.pieces(
            keys.isEmpty() ? Bytes.EMPTY : keys.getLast(),
            piece -> {
              keys.add(ReplicaCopy.key(piece));
              atoms.add(ReplicaCopy.atom(piece));
              return false;
            });
        isMore = keys.size() > before;
      }
      return new Copy(ReplicaCopy.encode(view.moment()), keys, atoms);
    }
  }

  private static MemoryStore store(Copy copy, long fresh) throws MalformedException {
    ReplicaCopy made = ReplicaCopy.of(copy.moment);
    MemoryStore store = new MemoryStore();
    try (OrderedStore.Batch batch = store.batch()) {
      for (int i = 0; i < copy.keys.size(); i++) {
        ReplicaCopy.put(made.piece(copy.keys.get(i), copy.atoms.get(i)), batch);
      }
      made.finish(new ReplicaId(fresh), batch);
      batch.commit();
    }
    return store;
  }

  /** Two new replicas from a copy, and one with an empty store that has heard nothing. */
  private static Group restored(Copy copy) throws MalformedException {
    return Group.on(List.of(store(copy, 101), store(copy, 102), new MemoryStore()), 1_000);
  }

  private static String register(Group.Member of) {
    return Views.last(of.look(Group.REGISTER)).map(Bytes::utf8).orElse("");
  }

  @Test
  void aNewReplicaHasTheSameUnderAnIdOfItsOwn() throws MalformedException {
    Group.Member old = old().get(1);
    Group group = restored(copy(old));
    for (int number = 1; number <= 2; number++) {
      Group.Member member = group.get(number);
      assertThat(member.replica.id()).isEqualTo(new ReplicaId(100 + number));
      assertThat(member.replica.base()).isEqualTo(old.replica.base());
      assertThat(Group.shown(member, KEYS)).isEqualTo(Group.shown(old, KEYS));
      assertThat(member.count()).isEqualTo(12);
      assertThat(Views.isMarked(member.look(GONE))).isFalse();
    }
    assertThat(copy(group.get(1)).atoms).isEqualTo(copy(old).atoms);
    assertThat(copy(group.get(1)).moment).isEqualTo(copy(old).moment);
  }

  @Test
  void changesAfterItCountOnTopAndRemoveWhatWasBefore() throws MalformedException {
    Group group = restored(copy(old().get(2)));
    Group.Member one = group.get(1);
    Group.Member two = group.get(2);
    one.change(Group.COUNTER, new Change.Add(1));
    two.change(Group.COUNTER, new Change.Add(2));
    one.change(Group.ELEMENT, new Change.Erase());
    two.change(GONE, new Change.Mark());
    two.change(Group.REGISTER, new Change.Put(Bytes.utf8("b")));
    group.converge();
    for (Group.Member each : group.members) {
      assertThat(each.count()).as(each.id.toString()).isEqualTo(15);
      assertThat(Views.isMarked(each.look(Group.ELEMENT))).isFalse();
      assertThat(Views.isMarked(each.look(GONE))).isTrue();
      assertThat(register(each)).isEqualTo("b");
      assertThat(Views.all(each.look(Group.REGISTER))).hasSize(1);
      assertThat(each.replica.base()).isEqualTo(one.replica.base());
    }
    two.change(Group.COUNTER, new Change.Reset());
    one.change(Group.COUNTER, new Change.Add(4)); // Not known to the reset.
    group.converge();
    assertThat(one.count()).isEqualTo(4);
    assertThat(two.count()).isEqualTo(4);
  }

  @Test
  void aReplicaWithAnEmptyStoreTakesAllAtomsOfOne() throws MalformedException {
    Group.Member old = old().get(1);
    Group group = restored(copy(old));
    Group.Member empty = group.get(3);
    assertThat(empty.replica.base()).isEqualTo(Versions.NONE);
    empty.change(Group.COUNTER, new Change.Add(30));
    group.lose();
    group.converge();
    for (Group.Member each : group.members) {
      assertThat(each.count()).isEqualTo(42);
      assertThat(register(each)).isEqualTo("a");
      assertThat(Views.isMarked(each.look(GONE))).isFalse();
    }
    assertThat(empty.replica.base())
        .isEqualTo(old.replica.base().with(new Dot(empty.replica.id(), 1)));
  }

  @Test
  void aClockGoesOnBehindTheOldOnes() throws MalformedException {
    Group from = old();
    from.get(1).now = 1_000_000; // Far ahead of the clocks of the new machines.
    from.get(1).change(Group.REGISTER, new Change.Put(Bytes.utf8("late")));
    Group group = restored(copy(from.get(1)));
    group.get(1).change(Group.REGISTER, new Change.Put(Bytes.utf8("later")));
    Entry written = group.get(1).look(Group.REGISTER).live().values().iterator().next();
    Entry before = from.get(1).look(Group.REGISTER).live().values().iterator().next();
    assertThat(written.at()).isGreaterThan(before.at());
  }

  @Test
  void isAsInTheGoldenFile() throws IOException {
    Copy copy = copy(old().get(1));
    StringBuilder lines = new StringBuilder(copy.moment.hex()).append('\n');
    for (int i = 0; i < copy.keys.size(); i++) {
      lines.append(copy.keys.get(i).hex()).append(": ");
      lines.append(copy.atoms.get(i).hex()).append('\n');
    }
    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/golden/replica-copy-v1.txt"))) {
      assertThat(lines.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  private static void refused(ReplicaCopy of, Bytes key, Bytes atom, String why) {
    assertThatThrownBy(() -> of.piece(key, atom))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatNoReplicaHadIsRefused() throws MalformedException {
    Copy copy = copy(old().get(1));
    ReplicaCopy of = ReplicaCopy.of(copy.moment);
    Bytes key = copy.keys.getFirst();
    Bytes atom = copy.atoms.getFirst();
    assertThat(of.piece(key, atom).key()).isEqualTo(Group.ELEMENT);
    refused(of, key, new ByteWriter(4).u32(0).toBytes(), "nothing live");
    refused(ReplicaCopy.of(ReplicaCopy.encode(none())), key, atom, "as of {}");
    refused(of, Group.COUNTER.encode(), atom, "");
    for (int cut = 0; cut < atom.length(); cut++) {
      refused(of, key, atom.slice(0, cut), "");
    }
    for (int cut = 0; cut < copy.moment.length(); cut++) {
      Bytes shorter = copy.moment.slice(0, cut);
      assertThatThrownBy(() -> ReplicaCopy.of(shorter)).isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> ReplicaCopy.of(Bytes.wrap(new byte[] {2})))
        .hasMessageContaining("version 2");
    try (OrderedStore.Batch batch = new MemoryStore().batch()) {
      assertThatThrownBy(() -> of.finish(new ReplicaId(1), batch))
          .hasMessageContaining("no new replica");
    }
  }

  private static Message.Moment none() {
    try (ReplicaView view = Group.of(1, 10).get(1).replica.view()) {
      assertThat(view.space(0)).isEqualTo(Optional.empty());
      return view.moment();
    }
  }
}
