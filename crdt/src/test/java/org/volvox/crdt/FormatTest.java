package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.base.clock.HybridTime;

/** What is on disk against a golden file of version 1, and bad input. */
class FormatTest {
  private static final HybridTime TIME = new HybridTime(new WallTime(1_700_000_000_000L), 3);
  private static final Dot DOT = new Dot(new ReplicaId(0xfedcba9876543210L), 5);

  private static Operation operation(Optional<Bytes> content) {
    AtomKey key = new AtomKey(9, Bytes.wrap(new byte[] {1, 0, 2}), Kind.FIELD, Bytes.utf8("f"));
    return new Operation(DOT, key, List.of(new Dot(new ReplicaId(2), 1)), TIME, content);
  }

  private static Bytes encode(Operation operation) {
    ByteWriter out = new ByteWriter();
    operation.write(out);
    return out.toBytes();
  }

  private static Operation decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    Operation operation = Operation.read(in);
    in.end();
    return operation;
  }

  @Test
  void aStoreIsAsInTheGoldenFile() throws IOException {
    Group group = Group.of(2, 1_000);
    Group.Member one = group.get(1);
    one.change(Group.REGISTER, new Change.Put(Bytes.utf8("a")));
    group.get(2).change(Group.COUNTER, new Change.Add(3));
    group.deliver();
    one.change(Group.COUNTER, new Change.Reset());
    one.change(Group.ELEMENT, new Change.Mark());
    one.change(Group.ELEMENT, new Change.Erase());
    StringBuilder lines = new StringBuilder();
    try (OrderedStore.Snapshot all = one.store.snapshot()) {
      all.scan(
          Bytes.EMPTY,
          Bytes.wrap(new byte[] {(byte) 0xFF}),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            lines.append(key.hex()).append(": ").append(value.hex()).append('\n');
            return true;
          });
    }
    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/golden/replica-v1.txt"))) {
      assertThat(lines.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void operationsComeBackAndEveryCutIsRefused() throws MalformedException {
    for (Operation each :
        List.of(operation(Optional.empty()), operation(Optional.of(Bytes.utf8("v"))))) {
      Bytes bytes = encode(each);
      assertThat(decode(bytes)).isEqualTo(each);
      assertThat(each.size()).isGreaterThan(bytes.length() / 2);
      for (int cut = 0; cut < bytes.length(); cut++) {
        Bytes shorter = bytes.slice(0, cut);
        assertThatThrownBy(() -> decode(shorter)).isInstanceOf(MalformedException.class);
      }
    }
  }

  private static void refused(Bytes bytes, String why) {
    assertThatThrownBy(() -> decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void nonsenseIsRefused() {
    Bytes good = encode(operation(Optional.of(Bytes.utf8("v"))));
    refused(with(good, 15, 0), "dot");
    refused(with(good, 30, 7), "zero in a key");
    int counter = good.length() - 1 - 4 - 1 - 4;
    refused(with(good, counter, 0x80), "hybrid time");
    Operation counted =
        new Operation(DOT, Group.COUNTER, List.of(), TIME, Optional.of(Bytes.utf8("v")));
    assertThatThrownBy(() -> decode(encode(counted))).isInstanceOf(MalformedException.class);
    ByteWriter negative = new ByteWriter().u64(-1).u64(0).u32(0);
    Operation backwards =
        new Operation(DOT, Group.COUNTER, List.of(), TIME, Optional.of(negative.toBytes()));
    refused(encode(backwards), "counts backwards");
  }

  private static Bytes with(Bytes bytes, int at, int value) {
    byte[] changed = bytes.toArray();
    changed[at] = (byte) value;
    return Bytes.wrap(changed);
  }

  @Test
  void keysAreInTheOrderOfTheirNames() throws MalformedException {
    List<Bytes> names =
        List.of(
            Bytes.EMPTY,
            Bytes.wrap(new byte[] {0}),
            Bytes.wrap(new byte[] {0, 0}),
            Bytes.wrap(new byte[] {0, 1}),
            Bytes.wrap(new byte[] {1}),
            Bytes.wrap(new byte[] {1, 0}),
            Bytes.wrap(new byte[] {(byte) 0xFF}));
    for (int i = 0; i < names.size(); i++) {
      AtomKey key = new AtomKey(1, names.get(i), Kind.COUNTER, Bytes.EMPTY);
      assertThat(AtomKey.decode(key.encode())).isEqualTo(key);
      if (i > 0) {
        AtomKey before = new AtomKey(1, names.get(i - 1), Kind.REGISTER, Bytes.utf8("zz"));
        assertThat(before.encode()).isLessThan(key.encode());
      }
    }
    assertThatThrownBy(() -> AtomKey.decode(new ByteWriter().u64(1).u16(0).u8(9).toBytes()))
        .hasMessageContaining("kind of atom 9");
    assertThatThrownBy(() -> new Dot(new ReplicaId(1), 0)).hasMessageContaining("count from 1");
  }

  @Test
  void versionsComeInOrderAndAboveZero() throws MalformedException {
    Versions versions = Versions.NONE.with(DOT).with(new Dot(new ReplicaId(2), 1));
    ByteWriter out = new ByteWriter();
    versions.write(out);
    assertThat(Versions.read(new ByteReader(out.toBytes()))).isEqualTo(versions);
    assertThat(versions.hashCode()).isEqualTo(versions.merge(Versions.NONE).hashCode());
    assertThat(versions.toString()).isEqualTo("{r2=1, rfedcba9876543210=5}");
    assertThat(versions).isNotEqualTo(Versions.NONE);
    assertThat(Versions.NONE.isEmpty()).isTrue();
    assertThat(versions.common(Versions.NONE)).isEqualTo(Versions.NONE);
    for (ByteWriter bad :
        List.of(
            new ByteWriter().u32(1).u64(1).u64(0),
            new ByteWriter().u32(2).u64(2).u64(1).u64(2).u64(1))) {
      assertThatThrownBy(() -> Versions.read(new ByteReader(bad.toBytes())))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("versions");
    }
  }

  @Test
  void aDamagedStoreIsNamed() {
    Bytes bad = Bytes.wrap(new byte[] {9});
    MemoryStore self = new MemoryStore();
    put(self, Bytes.wrap(new byte[] {1}), bad);
    assertThatThrownBy(() -> replica(self))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("version 9");
    Group group = Group.of(2, 1_000);
    Group.Member one = group.get(1);
    one.change(Group.REGISTER, new Change.Put(Bytes.utf8("a")));
    TreeMap<Bytes, Bytes> pairs = new TreeMap<>();
    try (OrderedStore.Snapshot all = one.store.snapshot()) {
      all.scan(
          Bytes.wrap(new byte[] {2}),
          Bytes.wrap(new byte[] {4}),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            pairs.put(key, value);
            return true;
          });
    }
    put(one.store, pairs.firstKey(), bad);
    put(one.store, pairs.lastKey(), bad);
    assertThatThrownBy(() -> one.replica.peek(Group.REGISTER)).hasMessageContaining("an atom");
    assertThatThrownBy(
            () -> one.hear(group.get(2), new Message.Ask(new ReplicaId(2), Versions.NONE, false)))
        .hasMessageContaining("an operation");
    Atom counter = Atom.NONE.apply(operation(Optional.of(Bytes.utf8("v"))));
    assertThatThrownBy(() -> Views.count(counter)).hasMessageContaining("a counter");
  }

  private static void put(MemoryStore store, Bytes key, Bytes value) {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(key, value);
      batch.commit();
    }
  }

  private static Replica replica(MemoryStore store) {
    return new Replica(ReplicaConfig.of(new ReplicaId(1)), ReplicaRules.PAPER, store);
  }
}
