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
