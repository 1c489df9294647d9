package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;

/** What readers see beside a replica that goes on. */
class ReplicaViewTest {
  private final Group group = Group.of(1, 1_000);
  private final Group.Member one = group.get(1);

  private static AtomKey key(long space, String name) {
    return new AtomKey(space, Bytes.utf8(name), Kind.REGISTER, Bytes.EMPTY);
  }

  private void put(long space, String name, String value) {
    one.change(key(space, name), new Change.Put(Bytes.utf8(value)));
  }

  @Test
  void aViewStaysAsItWas() {
    put(7, "k", "a");
    try (ReplicaView view = one.replica.view()) {
      put(7, "k", "b");
      assertThat(Views.last(view.atom(key(7, "k")))).contains(Bytes.utf8("a"));
      assertThat(view.base().count(new ReplicaId(1))).isEqualTo(1);
    }
  }

  @Test
  void whatIsNotDurableIsInNoView() {
    one.isSlow = true;
    put(7, "k", "a");
    assertThatThrownBy(one.replica::view).hasMessageContaining("of write 1");
    one.flush();
    try (ReplicaView view = one.replica.view()) {
      assertThat(Views.last(view.atom(key(7, "k")))).contains(Bytes.utf8("a"));
    }
  }

  @Test
  void pagesEndByCountOrBytesAndSpacesAreFound() {
    for (String name : new String[] {"a", "b", "c", "d"}) {
      put(7, name, "1234567890");
    }
    put(9, "z", "v");
    try (ReplicaView view = one.replica.view()) {
      AtomRange all = AtomRange.of(7);
      ReplicaView.Page two = view.page(all, 2, 10_000);
      assertThat(two.pieces())
          .extracting(Message.Piece::key)
          .containsExactly(key(7, "a"), key(7, "b"));
      assertThat(two.isMore()).isTrue();
      ReplicaView.Page rest = view.page(all.behind(key(7, "b")), 2, 10_000);
      assertThat(rest.pieces())
          .extracting(Message.Piece::key)
          .containsExactly(key(7, "c"), key(7, "d"));
      assertThat(rest.isMore()).isFalse();
      assertThat(view.page(all, 100, 1).pieces()).hasSize(1);
      assertThat(view.page(AtomRange.from(7, Bytes.utf8("c")), 100, 10_000).pieces()).hasSize(2);
      // A place before the range does not widen it.
      AtomRange some = AtomRange.of(7, Bytes.utf8("b"), Bytes.utf8("c"));
      assertThat(view.page(some.behind(key(7, "a")), 9, 10_000).pieces()).hasSize(1);
      assertThat(view.space(0)).contains(7L);
      assertThat(view.space(8)).contains(9L);
      assertThat(view.space(10)).isEmpty();
    }
  }

  @Test
  void versionsAreMadeOfCountsFromOne() {
    Map<ReplicaId, Long> counts =
        new TreeMap<>(Map.of(new ReplicaId(-1), 4L, new ReplicaId(1), 2L));
    assertThat(Versions.of(counts).counts()).isEqualTo(counts);
    assertThat(Versions.of(new TreeMap<>())).isSameAs(Versions.NONE);
    counts.put(new ReplicaId(3), 0L);
    assertThatThrownBy(() -> Versions.of(counts)).hasMessageContaining("r3:0");
  }
}
