package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.Prng;

class BufferedBatchTest {
  @TempDir Path folder;

  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {(byte) number});
  }

  private static List<String> pairs(OrderedStore.Reader reader, Direction direction) {
    return pairs(reader, key(2), key(18), direction);
  }

  private static List<String> pairs(
      OrderedStore.Reader reader, Bytes from, Bytes to, Direction direction) {
    List<String> pairs = new ArrayList<>();
    reader.scan(from, to, direction, (key, value) -> pairs.add(key + "=" + value));
    return pairs;
  }

  @Test
  void batchesOfTheStateAreLikeThoseOfMemoryFromOneToTheNext() {
    for (int seed = 1; seed <= 40; seed++) {
      Prng prng = new Prng(seed);
      MemoryStore plain = new MemoryStore();
      Path path = folder.resolve("state" + seed);
      try (StateStore real = StateStore.open(path, RocksStore.INDEX_BYTES)) {
        for (int round = 0; round < 20; round++) {
          // Half of the batches scan nothing: those go down in one piece.
          int kinds = prng.below(2) == 0 ? 5 : 4;
          try (OrderedStore.Batch one = plain.batch();
              OrderedStore.Batch other = real.batch()) {
            for (int step = 0; step < 30; step++) {
              step(prng.below(kinds), prng, one, other);
            }
            if (prng.below(4) > 0) {
              one.commit();
              other.commit();
            }
          }
        }
        try (OrderedStore.Snapshot one = plain.snapshot();
            OrderedStore.Snapshot other = real.snapshot()) {
          assertThat(pairs(other, Direction.ASCENDING)).isEqualTo(pairs(one, Direction.ASCENDING));
        }
      }
      try (StateStore again = StateStore.open(path, RocksStore.INDEX_BYTES);
          OrderedStore.Snapshot one = plain.snapshot();
          OrderedStore.Snapshot other = again.snapshot()) {
        assertThat(pairs(other, Direction.ASCENDING)).isEqualTo(pairs(one, Direction.ASCENDING));
      }
    }
  }

  private static void step(int kind, Prng prng, OrderedStore.Batch one, OrderedStore.Batch other) {
    Bytes key = key(prng.below(20));
    switch (kind) {
      case 0, 1 -> {
        // Some are so big that the cache does not take them.
        Bytes value = Bytes.utf8("v".repeat(1 + prng.below(2) * 2000) + prng.below(100));
        one.put(key, value);
        other.put(key, value);
      }
      case 2 -> {
        one.delete(key);
        other.delete(key);
      }
      case 3 -> assertThat(other.get(key)).isEqualTo(one.get(key));
      default -> {
        Direction direction = prng.below(2) == 0 ? Direction.ASCENDING : Direction.DESCENDING;
        // Few keys at times, so that none of them was written in this batch.
        Bytes to = prng.below(2) == 0 ? key(prng.below(20)) : key.concat(key(0));
        assertThat(pairs(other, key, to, direction)).isEqualTo(pairs(one, key, to, direction));
      }
    }
  }

  @Test
  void theCacheForgetsWhatWasUsedLeastRecently() {
    RowCache cache = new RowCache();
    Row value = Row.of(Bytes.wrap(new byte[1000]));
    cache.note(Bytes.utf8("kept"), value);
    int many = 10_000;
    for (int i = 0; i < many; i++) {
      cache.note(Bytes.utf8("row" + i), value);
      assertThat(cache.find(Bytes.utf8("kept"))).isEqualTo(value);
    }
    long left = 0;
    for (int i = 0; i < many; i++) {
      left += cache.find(Bytes.utf8("row" + i)) == null ? 0 : 1;
    }
    assertThat(left).isBetween(1000L, 2000L);
    assertThat(cache.find(Bytes.utf8("row" + (many - 1)))).isEqualTo(value);
  }

  @Test
  void theCacheTakesNewValuesOfWhatItKnowsOnly() {
    RowCache cache = new RowCache();
    Bytes key = Bytes.utf8("k");
    cache.renew(key, Row.of(Bytes.utf8("1")));
    assertThat(cache.find(key)).isNull();
    cache.note(key, Row.NONE);
    assertThat(cache.find(key)).isEqualTo(Row.NONE);
    cache.renew(key, Row.of(Bytes.utf8("2")));
    assertThat(cache.find(key)).isEqualTo(Row.of(Bytes.utf8("2")));
    cache.renew(key, Row.of(Bytes.wrap(new byte[4096])));
    assertThat(cache.find(key)).isNull();
  }
}
