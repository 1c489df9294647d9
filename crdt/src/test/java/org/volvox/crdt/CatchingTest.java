package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.clock.HybridTime;

/** A replica that was away for longer than the logs reach. */
class CatchingTest {
  private final Group group = Group.of(2, 3);
  private final Group.Member one = group.get(1);
  private final Group.Member two = group.get(2);
  private final List<AtomKey> keys = new ArrayList<>();

  private AtomKey key(int i) {
    return Group.key(String.format("k%02d", i), Kind.ELEMENT, "e");
  }

  /** Both know 20 atoms; then one, alone, removes half of them and makes others. */
  private void split() {
    for (int i = 0; i < 40; i++) {
      keys.add(key(i));
    }
    for (int i = 0; i < 20; i++) {
      one.change(key(i), new Change.Mark());
    }
    group.converge();
    for (int i = 0; i < 10; i++) {
      one.change(key(i), new Change.Erase());
      one.change(key(20 + i), new Change.Mark());
    }
    group.lose();
    for (int i = 0; i < 8; i++) {
      one.tick(); // Its log is cut.
    }
    group.lose();
  }

  private void checkEqual() {
    assertThat(one.replica.base()).isEqualTo(two.replica.base());
    assertThat(Group.shown(two, keys)).isEqualTo(Group.shown(one, keys));
  }

  @Test
  void itTakesAllAtomsAndWhatWasRemovedIsRemoved() {
    split();
    two.tick();
    assertThat(group.deliver()).isGreaterThan(4);
    checkEqual();
    assertThat(Views.isMarked(two.look(key(0)))).isFalse();
    assertThat(Views.isMarked(two.look(key(15)))).isTrue();
    assertThat(Views.isMarked(two.look(key(25)))).isTrue();
    group.converge();
    assertThat(two.store.size()).isEqualTo(one.store.size()).isEqualTo(21);
  }

  @Test
  void itsOwnChangesOfMeanwhileStay() {
    split();
    two.change(key(0), new Change.Mark());
    two.change(key(35), new Change.Mark());
    group.lose();
    two.tick();
    deliverOnce(4);
    two.change(key(1), new Change.Mark());
    two.change(key(12), new Change.Erase());
    two.change(key(36), new Change.Mark());
    group.deliver();
    group.converge();
    checkEqual();
    assertThat(Views.isMarked(one.look(key(0)))).isTrue();
    assertThat(Views.isMarked(one.look(key(1)))).isTrue();
    assertThat(Views.isMarked(one.look(key(12)))).isFalse();
    assertThat(Views.isMarked(one.look(key(35)))).isTrue();
    assertThat(Views.isMarked(one.look(key(36)))).isTrue();
  }

  private void deliverOnce(int messages) {
    for (int i = 0; i < messages; i++) {
      Group.Member from = two.out.isEmpty() ? one : two;
      Group.Mail mail = from.out.removeFirst();
      group.get(mail.to().value()).hear(from, mail.message());
    }
  }

  @Test
  void bothMayBeBehindEachOther() {
    split();
    for (int i = 30; i < 40; i++) {
      two.change(key(i), new Change.Mark());
    }
    group.lose();
    for (int i = 0; i < 8; i++) {
      two.tick();
    }
    group.lose();
    group.converge();
    checkEqual();
    assertThat(Views.isMarked(one.look(key(39)))).isTrue();
    assertThat(Views.isMarked(two.look(key(29)))).isTrue();
  }

  @Test
  void whatGetsLostIsAskedForAgain() {
    split();
    two.tick();
    deliverOnce(3);
    group.lose();
    two.tick();
    group.deliver();
    checkEqual();
  }

  @Test
  void itGivesUpOneThatAnswersNoMoreAndSweepsWhatItHad() {
    split();
    int before = two.store.size();
    two.tick();
    deliverOnce(4);
    assertThat(two.store.size()).isGreaterThan(before);
    for (int i = 0; i < 30; i++) {
      two.tick();
      group.lose();
    }
    assertThat(two.store.size()).isEqualTo(before);
    // The other has let go what it was shown; a question about it has no answer.
    for (int i = 0; i < 50; i++) {
      one.tick();
    }
    group.lose();
    Bytes from = key(3).encode();
    one.hear(two, new Message.Scan(two.replica.id(), two.replica.base(), 1, from));
    assertThat(one.out).isEmpty();
    group.converge();
    checkEqual();
  }

  @Test
  void whoLeavesIsShownNothingMore() {
    split();
    two.tick();
    deliverOnce(3);
    one.step(new ReplicaInput.Peers(List.of()));
    one.step(new ReplicaInput.Peers(List.of(new NodeId(2))));
    group.lose();
    Bytes from = key(3).encode();
    one.hear(two, new Message.Scan(two.replica.id(), two.replica.base(), 1, from));
    assertThat(one.out).isEmpty();
    one.replica.close();
  }

  @Test
  void partsOfOtherScansAreNotTaken() {
    split();
    two.tick();
    deliverOnce(2);
    Versions before = two.replica.base();
    Versions far = before.with(new Dot(one.replica.id(), 1_000));
    Message.Moment moment = new Message.Moment(far, HybridTime.ZERO);
    Message.Part all = new Message.Part(Bytes.EMPTY, Optional.empty(), List.of());
    Message.Part late = new Message.Part(key(3).encode(), Optional.empty(), List.of());
    ReplicaId other = new ReplicaId(77);
    two.hear(one, new Message.Range(other, 1, moment, all));
    two.hear(one, new Message.Range(one.replica.id(), 8, moment, all));
    two.hear(one, new Message.Range(one.replica.id(), 1, moment, late));
    assertThat(two.replica.base()).isEqualTo(before);
    // Nor what others tell meanwhile, nor another way to catch up.
    two.hear(one, new Message.Behind(one.replica.id(), far));
    two.hear(one, new Message.Operations(one.replica.id(), far, Versions.NONE, List.of(), false));
    group.deliver();
    checkEqual();
    two.hear(one, new Message.Range(one.replica.id(), 1, moment, all));
    two.hear(one, new Message.Behind(one.replica.id(), before));
    assertThat(two.out).isEmpty();
    checkEqual();
  }
}
