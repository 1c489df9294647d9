package org.volvox.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link OrderedStore} promises; each implementation's test extends this. */
public abstract class OrderedStoreContract {
  private OrderedStore store;

  /** A new, empty store; closed by the test. */
  protected abstract OrderedStore open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void batchReadsWhatItWroteAndOthersDoNotUntilCommit() {
    put("a", "1");
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(key("a"), key("2"));
      batch.put(key("b"), key("3"));
      assertThat(batch.get(key("a"))).contains(key("2"));
      assertThat(batch.get(key("b"))).contains(key("3"));
      assertThat(get("a")).contains(key("1"));
      assertThat(get("b")).isEmpty();
      batch.commit();
    }
    assertThat(get("a")).contains(key("2"));
    assertThat(get("b")).contains(key("3"));
  }

  @Test
  void batchHidesWhatItDeleted() {
    put("a", "1");
    put("b", "2");
    try (OrderedStore.Batch batch = store.batch()) {
      batch.delete(key("a"));
      batch.delete(key("missing"));
      assertThat(batch.get(key("a"))).isEmpty();
      assertThat(scan(batch, "", "z", OrderedStore.Direction.ASCENDING)).containsExactly("b=2");
      assertThat(get("a")).contains(key("1"));
      batch.commit();
    }
    assertThat(get("a")).isEmpty();
  }

  @Test
  void closedBatchLeavesNothing() {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(key("a"), key("1"));
    }
    assertThat(get("a")).isEmpty();
  }

  @Test
  void committedBatchGoesOnEmpty() {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(key("a"), key("1"));
      batch.commit();
      put("a", "2");
      batch.put(key("b"), key("1"));
      batch.commit();
      batch.commit();
    }
    assertThat(get("a")).contains(key("2"));
    assertThat(get("b")).contains(key("1"));
  }

  @Test
  void emptyKeysAndValuesAreKeysAndValues() {
    put("", "");
    assertThat(get("")).contains(Bytes.EMPTY);
    assertThat(scanStore("", "a", OrderedStore.Direction.ASCENDING)).containsExactly("=");
  }

  @Test
  void orderIsUnsigned() {
    try (OrderedStore.Batch batch = store.batch()) {
      for (int value : new int[] {0xFF, 0x00, 0x7F, 0x80}) {
        batch.put(Bytes.wrap(new byte[] {(byte) value}), Bytes.EMPTY);
      }
      batch.commit();
    }
    List<Bytes> keys = new ArrayList<>();
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      snapshot.scan(
          Bytes.EMPTY,
          Bytes.wrap(new byte[] {(byte) 0xFF, (byte) 0xFF}),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> keys.add(key));
    }
    assertThat(keys.stream().map(Bytes::hex)).containsExactly("00", "7f", "80", "ff");
  }

  @Test
  void scansHaveTheFirstKeyAndNotTheLast() {
    for (String name : List.of("a", "b", "c", "d")) {
      put(name, "1");
    }
    assertThat(scanStore("b", "d", OrderedStore.Direction.ASCENDING)).containsExactly("b=1", "c=1");
    assertThat(scanStore("b", "d", OrderedStore.Direction.DESCENDING))
        .containsExactly("c=1", "b=1");
    assertThat(scanStore("bb", "cc", OrderedStore.Direction.DESCENDING)).containsExactly("c=1");
    assertThat(scanStore("b", "b", OrderedStore.Direction.ASCENDING)).isEmpty();
    assertThat(scanStore("d", "b", OrderedStore.Direction.DESCENDING)).isEmpty();
    try (OrderedStore.Batch batch = store.batch()) {
      assertThat(scan(batch, "d", "b", OrderedStore.Direction.ASCENDING)).isEmpty();
    }
  }

  @Test
  void scanStopsWhenTheVisitorHasEnough() {
    for (String name : List.of("a", "b", "c")) {
      put(name, "1");
    }
    try (OrderedStore.Batch batch = store.batch();
        OrderedStore.Snapshot snapshot = store.snapshot()) {
      batch.put(key("bb"), key("2"));
      for (OrderedStore.Reader reader : List.of(batch, snapshot)) {
        List<Bytes> seen = new ArrayList<>();
        reader.scan(
            Bytes.EMPTY,
            key("z"),
            OrderedStore.Direction.ASCENDING,
            (key, value) -> {
              seen.add(key);
              return seen.size() < 2;
            });
        assertThat(seen).containsExactly(key("a"), key("b"));
      }
      List<Bytes> seen = new ArrayList<>();
      batch.scan(
          key("b"),
          key("z"),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            seen.add(key);
            return seen.size() < 2;
          });
      assertThat(seen).containsExactly(key("b"), key("bb"));
    }
  }

  @Test
  void snapshotDoesNotChange() {
    put("a", "1");
    put("b", "1");
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      put("a", "2");
      put("c", "2");
      try (OrderedStore.Batch batch = store.batch()) {
        batch.delete(key("b"));
        batch.commit();
      }
      assertThat(scan(snapshot, "", "z", OrderedStore.Direction.ASCENDING))
          .containsExactly("a=1", "b=1");
      assertThat(snapshot.get(key("a"))).contains(key("1"));
      assertThat(snapshot.get(key("c"))).isEmpty();
    }
    assertThat(scanStore("", "z", OrderedStore.Direction.ASCENDING)).containsExactly("a=2", "c=2");
  }

  @Test
  void flushKeepsEverything() {
    put("a", "1");
    store.flush();
    put("b", "1");
    assertThat(scanStore("", "z", OrderedStore.Direction.ASCENDING)).containsExactly("a=1", "b=1");
  }

  /** Random batches against a plain map: gets and scans both ways, inside and outside batches. */
  @Test
  void agreesWithAMap() {
    Prng prng = new Prng(7);
    TreeMap<String, String> model = new TreeMap<>();
    for (int round = 0; round < 200; round++) {
      TreeMap<String, String> inBatch = new TreeMap<>(model);
      try (OrderedStore.Batch batch = store.batch()) {
        for (int step = prng.below(8); step > 0; step--) {
          String name = Integer.toString(prng.below(40), 36);
          if (prng.chance(new Ratio(1, 3))) {
            batch.delete(key(name));
            inBatch.remove(name);
          } else {
            String value = Integer.toString(round);
            batch.put(key(name), key(value));
            inBatch.put(name, value);
          }
        }
        checkScans(batch, inBatch, prng);
        if (prng.chance(new Ratio(3, 4))) {
          batch.commit();
          model = inBatch;
        }
      }
      try (OrderedStore.Snapshot snapshot = store.snapshot()) {
        checkScans(snapshot, model, prng);
      }
    }
  }

  private static void checkScans(
      OrderedStore.Reader reader, NavigableMap<String, String> model, Prng prng) {
    String from = Integer.toString(prng.below(40), 36);
    String to = Integer.toString(prng.below(40), 36);
    List<String> expected = new ArrayList<>();
    if (from.compareTo(to) < 0) {
      for (Map.Entry<String, String> pair : model.subMap(from, to).entrySet()) {
        expected.add(pair.getKey() + "=" + pair.getValue());
      }
    }
    assertThat(scan(reader, from, to, OrderedStore.Direction.ASCENDING)).isEqualTo(expected);
    assertThat(scan(reader, from, to, OrderedStore.Direction.DESCENDING))
        .isEqualTo(expected.reversed());
    assertThat(reader.get(key(from)))
        .isEqualTo(Optional.ofNullable(model.get(from)).map(OrderedStoreContract::key));
  }

  private void put(String key, String value) {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(key(key), key(value));
      batch.commit();
    }
  }

  private Optional<Bytes> get(String key) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return snapshot.get(key(key));
    }
  }

  private List<String> scanStore(String from, String to, OrderedStore.Direction direction) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return scan(snapshot, from, to, direction);
    }
  }

  private static List<String> scan(
      OrderedStore.Reader reader, String from, String to, OrderedStore.Direction direction) {
    List<String> found = new ArrayList<>();
    reader.scan(
        key(from), key(to), direction, (key, value) -> found.add(key.utf8() + "=" + value.utf8()));
    return found;
  }

  private static Bytes key(String text) {
    return Bytes.utf8(text);
  }
}
