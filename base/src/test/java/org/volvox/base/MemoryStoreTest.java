package org.volvox.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryStoreTest extends OrderedStoreContract {
  @Override
  protected OrderedStore open() {
    return new MemoryStore();
  }

  @Test
  void crashLeavesWhatWasFlushed() {
    MemoryStore store = new MemoryStore();
    put(store, "a");
    store.flush();
    put(store, "b");
    assertThat(store.size()).isEqualTo(2);
    MemoryStore after = store.afterCrash();
    assertThat(after.size()).isEqualTo(1);
    put(after, "c");
    assertThat(store.size()).isEqualTo(2);
    assertThat(after.afterCrash().size()).isEqualTo(1);
    store.close();
    assertThat(store.afterCrash().size()).isEqualTo(2);
  }

  private static void put(MemoryStore store, String key) {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(Bytes.utf8(key), Bytes.EMPTY);
      batch.commit();
    }
  }
}
