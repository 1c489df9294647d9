package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;

/** Lists of what a replica has. */
class AtomRangeTest {
  private final Group group = Group.of(1, 10);
  private final Group.Member member = group.get(1);

  @BeforeEach
  void fill() {
    for (String element : List.of("pear", "apple", "fig")) {
      member.change(Group.key("basket", Kind.ELEMENT, element), new Change.Mark());
    }
    member.change(Group.key("basket", Kind.FLAG, ""), new Change.Mark());
    member.change(Group.key("a", Kind.REGISTER, ""), new Change.Put(Bytes.utf8("1")));
    member.change(Group.key("z", Kind.REGISTER, ""), new Change.Put(Bytes.utf8("2")));
    AtomKey elsewhere = new AtomKey(8, Bytes.utf8("a"), Kind.FLAG, Bytes.EMPTY);
    member.change(elsewhere, new Change.Mark());
  }

  private ReplicaEffect.Found list(AtomRange range, int limit) {
    member.step(new ReplicaInput.Range(3, range, limit));
    return (ReplicaEffect.Found) member.said.removeLast();
  }

  private static List<String> names(ReplicaEffect.Found found) {
    return found.pieces().stream()
        .map(piece -> piece.key().key().utf8() + "/" + piece.key().part().utf8())
        .toList();
  }

  @Test
  void theElementsOfASetComeInOrder() {
    ReplicaEffect.Found found = list(AtomRange.of(7, Bytes.utf8("basket"), Kind.ELEMENT), 100);
    assertThat(names(found)).containsExactly("basket/apple", "basket/fig", "basket/pear");
    assertThat(found.next()).isEmpty();
    assertThat(found.base()).isEqualTo(member.replica.base());
  }

  @Test
  void aSpaceIsListedInPages() {
    List<String> names = new ArrayList<>();
    Optional<AtomRange> next = Optional.of(AtomRange.of(7));
    int pages = 0;
    while (next.isPresent()) {
      ReplicaEffect.Found found = list(next.get(), 2);
      names.addAll(names(found));
      next = found.next();
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(names)
        .containsExactly("a/", "basket/apple", "basket/fig", "basket/pear", "basket/", "z/");
  }

  @Test
  void keysFromOneToAnother() {
    AtomRange range = AtomRange.of(7, Bytes.utf8("a"), Bytes.utf8("basket"));
    assertThat(names(list(range, 5))).containsExactly("a/");
    assertThat(range.toString()).contains(" to ");
    ReplicaEffect.Found none = list(range, 0);
    assertThat(none.pieces()).isEmpty();
    assertThat(none.next()).isPresent();
  }
}
