package org.volvox.base.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.Prng;

class BatchesTest {
  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {(byte) number});
  }

  private static List<String> pairs(OrderedStore.Reader reader, Direction direction) {
    List<String> pairs = new ArrayList<>();
    reader.scan(key(2), key(18), direction, (key, value) -> pairs.add(key + "=" + value));
    return pairs;
  }

  @Test
  void aBufferedBatchIsLikeTheOneBelow() {
    for (int seed = 1; seed <= 50; seed++) {
      Prng prng = new Prng(seed);
      MemoryStore plain = new MemoryStore();
      MemoryStore buffered = new MemoryStore();
      for (int round = 0; round < 5; round++) {
        try (OrderedStore.Batch one = plain.batch();
            OrderedStore.Batch other = new BufferedBatch(buffered.batch())) {
          for (int step = 0; step < 40; step++) {
            step(prng, one, other);
          }
          if (prng.below(4) > 0) {
            one.commit();
            other.commit();
          }
        }
        try (OrderedStore.Snapshot one = plain.snapshot();
            OrderedStore.Snapshot other = buffered.snapshot()) {
          assertThat(pairs(other, Direction.ASCENDING)).isEqualTo(pairs(one, Direction.ASCENDING));
        }
      }
    }
  }

  private static void step(Prng prng, OrderedStore.Batch one, OrderedStore.Batch other) {
    Bytes key = key(prng.below(20));
    switch (prng.below(5)) {
      case 0, 1 -> {
        Bytes value = Bytes.utf8("v" + prng.below(100));
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
        assertThat(pairs(other, direction)).isEqualTo(pairs(one, direction));
      }
    }
  }

  @Test
  void aRecordingBatchTellsWhatChangedAndIsNotCommitted() {
    MemoryStore store = new MemoryStore();
    try (OrderedStore.Batch below = store.batch()) {
      RecordingBatch recording = new RecordingBatch(below);
      recording.put(key(5), Bytes.utf8("five"));
      recording.put(key(3), Bytes.utf8("three"));
      recording.delete(key(5));
      assertThat(recording.get(key(3))).contains(Bytes.utf8("three"));
      assertThat(pairs(recording, Direction.ASCENDING)).hasSize(1);
      assertThat(recording.changed()).containsExactly(key(3), key(5));
      assertThatThrownBy(recording::commit).isInstanceOf(Invariant.Broken.class);
      assertThatThrownBy(recording::close).isInstanceOf(Invariant.Broken.class);
    }
  }
}
