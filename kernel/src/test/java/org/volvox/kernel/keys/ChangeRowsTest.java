package org.volvox.kernel.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;
import org.volvox.base.Prng;

class ChangeRowsTest {
  private static final long SPACE = 7;

  private final MemoryStore store = new MemoryStore();

  private static ChangeRows.Change put(long revision, String key) {
    return new ChangeRows.Change(revision, false, revision - 1, Spaces.bytes(key));
  }

  private void add(ChangeRows.Change... changes) {
    try (OrderedStore.Batch batch = store.batch()) {
      ChangeRows.add(SPACE, changes[0].revision(), List.of(changes), batch);
      batch.commit();
    }
  }

  /** As stores have it that were written before rows had several changes. */
  private void addAlone(ChangeRows.Change change, int number) {
    Bytes row =
        new ByteWriter()
            .u8(1)
            .u8(change.isDeletion() ? 2 : 1)
            .u64(change.before())
            .raw(change.key())
            .toBytes();
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(SpaceKeys.change(SPACE, change.revision(), number), row);
      batch.commit();
    }
  }

  private List<ChangeRows.Row> rows(long from, long end) {
    List<ChangeRows.Row> rows = new ArrayList<>();
    try (OrderedStore.Snapshot view = store.snapshot()) {
      ChangeRows.scan(SPACE, from, end, view, rows::add);
    }
    return rows;
  }

  private List<ChangeRows.Change> all() {
    return rows(0, Long.MAX_VALUE).stream().flatMap(row -> row.changes().stream()).toList();
  }

  private String hex() {
    StringBuilder text = new StringBuilder();
    try (OrderedStore.Snapshot view = store.snapshot()) {
      view.scan(
          SpaceKeys.table('h'),
          SpaceKeys.tableEnd('h'),
          OrderedStore.Direction.ASCENDING,
          (key, row) -> text.append(key.hex()).append(' ').append(row.hex()).append('\n') != null);
    }
    return text.toString();
  }

  @Test
  void theFormStaysAsItIs() {
    addAlone(new ChangeRows.Change(15, true, 3, Spaces.bytes("ab")), 0);
    add(put(16, "a"));
    add(new ChangeRows.Change(18, true, 17, Spaces.bytes("b")), put(18, "c"));
    assertThat(hex())
        .isEqualTo(
            """
            004b680000000000000007000000000000000f00000000 010200000000000000036162
            004b680000000000000007000000000000001000000000 0200%s%s%s
            """
                .formatted(
                    "0001000000000000000f000161",
                    "02020000000000000011000162",
                    "02010000000000000011000163"));
    add(put(19, "k".repeat(4090)));
    add(put(20, "d"));
    assertThat(hex().lines().skip(1))
        .satisfiesExactly(
            full -> assertThat(full).contains(" 0201000100").endsWith("0163"),
            one ->
                assertThat(one)
                    .startsWith("004b680000000000000007000000000000001300000001 0201000100"),
            next ->
                assertThat(next)
                    .isEqualTo(
                        "004b680000000000000007000000000000001400000001"
                            + " 020100010000000000000013000164"));
  }

  @Test
  void revisionsThatFollowEachOtherShareARow() {
    for (long revision = 2; revision < 40; revision++) {
      add(put(revision, "k"), put(revision, "l"));
    }
    // Nothing is added to a row that may be gone: the first sixteen have rows of their own.
    assertThat(rows(0, 100)).hasSize(14 + 1 + 1);
    assertThat(rows(16, 32)).hasSize(1);
    assertThat(rows(31, 32)).hasSize(1);
    assertThat(rows(32, 33)).hasSize(1);
    assertThat(all())
        .extracting(ChangeRows.Change::revision)
        .isSorted()
        .hasSize(2 * 38)
        .startsWith(2L, 2L, 3L);
  }

  @Test
  void aFormThatIsNotKnownIsSaid() {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(SpaceKeys.change(SPACE, 1, 0), new ByteWriter().u8(3).toBytes());
      batch.put(SpaceKeys.change(SPACE, 16, 0), new ByteWriter().u8(2).toBytes());
      batch.commit();
    }
    assertThatThrownBy(() -> rows(0, 2)).hasMessageContaining("does not know");
    assertThatThrownBy(() -> rows(16, 17)).hasMessageContaining("changes of keys");
  }

  /** Against a list: changes are added, and the oldest ones go, few or many at a time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void rowsAreAListWhateverIsAddedAndGoes(int seed) {
    Prng prng = new Prng(seed);
    List<ChangeRows.Change> wanted = new ArrayList<>();
    long revision = 1;
    for (; revision < 40; revision++) {
      for (int number = prng.below(3); number >= 0; number--) {
        ChangeRows.Change old = put(revision, "old");
        addAlone(old, wanted.size());
        wanted.add(old);
      }
    }
    for (int step = 0; step < 2000; step++) {
      int[] most = {1, 3, 1, 200};
      int[] longest = {10, 1500, 4096, 100};
      int kind = prng.below(4);
      List<ChangeRows.Change> changes = new ArrayList<>();
      for (int i = prng.below(most[kind]); i >= 0; i--) {
        Bytes key = Spaces.bytes("k".repeat(1 + prng.below(longest[kind])));
        changes.add(new ChangeRows.Change(revision, prng.below(2) == 0, prng.below(100), key));
      }
      add(changes.toArray(ChangeRows.Change[]::new));
      wanted.addAll(changes);
      revision++;
      if (prng.below(4) == 0) {
        cut(prng.below(wanted.size() + 1), wanted);
      }
      if (prng.below(20) == 0) {
        assertThat(all()).isEqualTo(wanted);
      }
    }
    assertThat(all()).isEqualTo(wanted);
    cut(wanted.size(), wanted);
    assertThat(rows(0, Long.MAX_VALUE)).isEmpty();
  }

  private void cut(int count, List<ChangeRows.Change> wanted) {
    List<ChangeRows.Row> rows = rows(0, Long.MAX_VALUE);
    int left = count;
    try (OrderedStore.Batch batch = store.batch()) {
      for (ChangeRows.Row row : rows) {
        int here = Math.min(left, row.changes().size());
        if (here > 0) {
          ChangeRows.cut(row, here, batch);
        }
        left -= here;
      }
      batch.commit();
    }
    wanted.subList(0, count).clear();
  }
}
