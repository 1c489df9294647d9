package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStoreContract;
import org.volvox.base.Term;
import org.volvox.base.snapshot.SnapshotPart;

/** The replaceable store, with a copy of its folder as a kill would leave it after each step. */
class StateStoreTest extends OrderedStoreContract {
  private static final SnapshotPart.Header HEADER =
      new SnapshotPart.Header(
          new ClusterId(0xC1), 0, new LogIndex(77), new Term(5), Bytes.utf8("members"));
  private static final SnapshotPart CHUNK = chunk("\0new", "2");
  private static final SnapshotPart END = new SnapshotPart.End(1, 5);

  @TempDir Path folder = Path.of("");
  private int opened;

  @Override
  protected OrderedStore open() {
    opened++;
    return state("contract" + opened);
  }

  @Test
  void aSwapShowsTheSnapshotAndNothingOfBefore() throws Exception {
    try (StateStore store = state("n")) {
      put(store, "\0old", "1");
      stage(store);
      assertThat(store.staged().map(StateStore.Staged::header)).contains(HEADER);
      assertThat(get(store, "\0old")).contains("1");
      put(store, "\0old", "1b");
      store.swap();
      assertThat(get(store, "\0old")).isEmpty();
      assertThat(get(store, "\0new")).contains("2");
      assertThat(store.staged()).isEmpty();
      put(store, "\0more", "3");
      assertThatThrownBy(store::swap).hasMessageContaining("nothing is staged");
    }
    assertThat(stores("n")).containsExactly("state-1");
    try (StateStore store = state("n")) {
      assertThat(get(store, "\0new")).contains("2");
      assertThat(get(store, "\0more")).contains("3");
      assertThat(store.estimatedBytes()).isPositive();
    }
  }

  @Test
  void readersOfTheOldStoreFinishOnIt() throws Exception {
    try (StateStore store = state("n")) {
      put(store, "\0old", "1");
      OrderedStore.Snapshot before = store.snapshot();
      OrderedStore.Batch batch = store.batch();
      batch.put(Bytes.utf8("\0late"), Bytes.EMPTY);
      stage(store);
      store.swap();
      stage(store);
      store.swap();
      assertThat(stores("n")).containsExactly("state", "state-2");
      assertThat(before.get(Bytes.utf8("\0old"))).isPresent();
      assertThat(batch.get(Bytes.utf8("\0old"))).isPresent();
      before.scan(
          Bytes.utf8("\0"),
          Bytes.utf8("\1"),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            assertThat(key.utf8()).isEqualTo("\0old");
            return true;
          });
      batch.commit();
      batch.close();
      batch.close();
      assertThat(stores("n")).contains("state");
      before.close();
      before.close();
      assertThat(stores("n")).containsExactly("state-2");
      store.flush();
    }
  }

  @Test
  void closingEndsReadersOfAnyStore() throws Exception {
    StateStore store = state("n");
    OrderedStore.Snapshot before = store.snapshot();
    stage(store);
    store.swap();
    store.close();
    store.close();
    assertThatThrownBy(store::snapshot).hasMessageContaining("closed");
    assertThatThrownBy(() -> before.get(Bytes.EMPTY)).hasMessageContaining("closed");
    before.close();
    try (StateStore again = state("n")) {
      assertThat(get(again, "\0new")).contains("2");
    }
  }

  @Test
  void aKillBetweenAnyTwoStepsLeavesOneWholeStore() throws Exception {
    Map<StateStore.Step, Path> copies = new EnumMap<>(StateStore.Step.class);
    Path half = folder.resolve("half");
    try (StateStore store =
        StateStore.open(
            folder.resolve("n/state"),
            RocksStore.INDEX_BYTES,
            step -> copies.put(step, copy(folder.resolve("n"), "at-" + step)))) {
      put(store, "\0old", "1");
      store.flush();
      try (StagedState staged = store.stage()) {
        staged.accept(HEADER);
        staged.accept(CHUNK);
        copy(folder.resolve("n"), "half");
        staged.accept(END);
      }
      store.swap();
    }
    assertThat(copies).hasSize(StateStore.Step.values().length);
    for (Map.Entry<StateStore.Step, Path> each : copies.entrySet()) {
      boolean isStaged =
          each.getKey() == StateStore.Step.STAGED_MARKED
              || each.getKey() == StateStore.Step.NEW_OPENED;
      boolean isNew = each.getKey().compareTo(StateStore.Step.NEW_LIVE) >= 0;
      try (StateStore left =
          StateStore.open(each.getValue().resolve("state"), RocksStore.INDEX_BYTES)) {
        assertThat(left.staged().isPresent()).as("%s", each.getKey()).isEqualTo(isStaged);
        assertThat(get(left, "\0old").isPresent()).as("%s", each.getKey()).isNotEqualTo(isNew);
        assertThat(get(left, "\0new").isPresent()).as("%s", each.getKey()).isEqualTo(isNew);
        if (isStaged) {
          left.swap(); // As a node does that finds its log begin behind its state.
          assertThat(get(left, "\0new")).contains("2");
        }
      }
      try (Stream<Path> names = Files.list(each.getValue())) {
        assertThat(names.map(path -> String.valueOf(path.getFileName())).filter(this::isStore))
            .as("%s", each.getKey())
            .hasSize(1);
      }
    }
    try (StateStore left = StateStore.open(half.resolve("state"), RocksStore.INDEX_BYTES)) {
      assertThat(left.staged()).isEmpty();
      assertThat(get(left, "\0old")).contains("1");
    }
    assertThat(stores("half")).containsExactly("state");
  }

  @Test
  void anIncompleteSnapshotIsDeletedWithItsStaging() throws Exception {
    try (StateStore store = state("n")) {
      try (StagedState staged = store.stage()) {
        staged.accept(HEADER);
        staged.accept(CHUNK);
        assertThat(staged.check().pairs()).isEqualTo(1);
        assertThatThrownBy(() -> staged.accept(CHUNK)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> staged.accept(new SnapshotPart.End(2, 5)))
            .isInstanceOf(MalformedException.class);
        assertThat(stores("n")).containsExactly("state", "state-1");
      }
      assertThat(stores("n")).containsExactly("state");
      assertThat(store.staged()).isEmpty();
      stage(store);
      stage(store); // The later one counts.
      assertThat(stores("n")).containsExactly("state", "state-1");
      store.dropStaged();
      assertThat(stores("n")).containsExactly("state");
      assertThat(store.staged()).isEmpty();
    }
  }

  @Test
  void tellsWhetherThereEverWasAStore() throws Exception {
    Path path = folder.resolve("n/state");
    assertThat(StateStore.exists(path)).isFalse();
    state("n").close();
    assertThat(StateStore.exists(path)).isTrue();
    try (StateStore store = state("n")) {
      stage(store);
      store.swap();
    }
    assertThat(Files.exists(path)).isFalse();
    assertThat(StateStore.exists(path)).isTrue();
  }

  @Test
  void saysWhichFileIsDamaged() throws Exception {
    try (StateStore store = state("n")) {
      stage(store);
      Files.write(folder.resolve("n/state.staged"), new byte[] {1, 2, 3});
    }
    assertThatThrownBy(() -> state("n"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("state.staged is damaged");
    Files.delete(folder.resolve("n/state.staged"));
    for (String wrong : List.of("", "abcd", "abcde")) {
      Files.writeString(folder.resolve("n/state.live"), wrong);
      assertThatThrownBy(() -> state("n")).hasMessageContaining("state.live is damaged");
    }
    byte[] newer = {2, 0, 0, 0, 0};
    Bytes body = Bytes.wrap(newer);
    Files.write(
        folder.resolve("n/state.live"),
        new ByteWriter().raw(body).u32(body.crc32c()).toBytes().toArray());
    assertThatThrownBy(() -> state("n")).hasMessageContaining("version 2, this reads 1");
  }

  @Test
  void formatsAreAsInVersion1() throws Exception {
    try (StateStore store = state("n")) {
      stage(store);
      assertThat(hex("n/state.staged"))
          .isEqualTo(
              "010000000773746174652d310000002b010100000000000000c10000000000000000004d0000000000"
                  + "000005000000076d656d62657273412f052fa53641ce");
      store.swap();
      assertThat(hex("n/state.live")).isEqualTo("010000000773746174652d31e05f0082");
    }
  }

  private String hex(String file) throws IOException {
    return Bytes.wrap(Files.readAllBytes(folder.resolve(file))).hex();
  }

  private StateStore state(String node) {
    return StateStore.open(folder.resolve(node).resolve("state"), RocksStore.INDEX_BYTES);
  }

  private static void stage(StateStore store) throws Exception {
    try (StagedState staged = store.stage()) {
      staged.accept(HEADER);
      staged.accept(CHUNK);
      staged.accept(END);
    }
  }

  private List<String> stores(String node) throws IOException {
    try (Stream<Path> names = Files.list(folder.resolve(node))) {
      return names
          .map(path -> String.valueOf(path.getFileName()))
          .filter(this::isStore)
          .sorted()
          .toList();
    }
  }

  private boolean isStore(String name) {
    return name.equals("state") || name.startsWith("state-");
  }

  private Path copy(Path from, String name) throws IOException {
    Path to = folder.resolve(name);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.filter(each -> !each.startsWith(from.resolve("native"))).toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
    return to;
  }

  private static SnapshotPart chunk(String key, String value) {
    return new SnapshotPart.Chunk(
        List.of(new SnapshotPart.Pair(Bytes.utf8(key), Bytes.utf8(value))));
  }

  private static void put(OrderedStore store, String key, String value) {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(Bytes.utf8(key), Bytes.utf8(value));
      batch.commit();
    }
  }

  private static Optional<String> get(OrderedStore store, String key) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return snapshot.get(Bytes.utf8(key)).map(Bytes::utf8);
    }
  }
}
