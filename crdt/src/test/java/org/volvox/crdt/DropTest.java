package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;

/** Spaces that are gone for good: each replica forgets them by itself, and the rest converges. */
class DropTest {
  private static final AtomKey KEPT = new AtomKey(8, Bytes.utf8("k"), Kind.REGISTER, Bytes.EMPTY);

  /** Little logs, so that who was away takes all atoms. */
  private final Group group = Group.of(3, 4);

  private final Group.Member one = group.get(1);
  private final Group.Member two = group.get(2);
  private final Group.Member three = group.get(3);

  private static Change put(String value) {
    return new Change.Put(Bytes.utf8(value));
  }

  private static void drop(Group.Member member) {
    member.step(new ReplicaInput.Drop(7));
  }

  private static List<AtomKey> keys(Group.Member member) {
    List<AtomKey> keys = new ArrayList<>();
    try (ReplicaView view = member.replica.view()) {
      view.page(AtomRange.of(7), 100, 10_000).pieces().forEach(piece -> keys.add(piece.key()));
    }
    return keys;
  }

  private void fill() {
    one.change(Group.REGISTER, put("a"));
    two.change(Group.COUNTER, new Change.Add(3));
    one.change(Group.ELEMENT, new Change.Mark());
    one.change(KEPT, put("kept"));
    group.deliver();
  }

  @Test
  void aPartAtATimeGoesAndNobodyIsTold() {
    for (int i = 0; i < 25; i++) {
      one.change(Group.key("k" + i, Kind.REGISTER, ""), put("v"));
    }
    one.change(KEPT, put("kept"));
    group.deliver();
    drop(one); // The group tidies up 10 at a time.
    assertThat(keys(one)).hasSize(15);
    drop(one);
    drop(one);
    assertThat(keys(one)).isEmpty();
    assertThat(group.deliver()).isZero();
    assertThat(keys(two)).hasSize(25);
    assertThat(Views.last(one.look(KEPT))).contains(Bytes.utf8("kept"));
  }

  @Test
  void whatOthersStillChangeComesBackUntilTheyDropItToo() {
    fill();
    drop(one);
    two.change(Group.COUNTER, new Change.Add(4));
    two.change(Group.ELEMENT, new Change.Erase());
    group.deliver();
    assertThat(keys(one)).containsExactly(Group.COUNTER);
    for (Group.Member member : group.members) {
      drop(member);
    }
    group.converge();
    for (Group.Member member : group.members) {
      assertThat(keys(member)).isEmpty();
      assertThat(member.replica.base()).isEqualTo(one.replica.base());
      assertThat(Views.last(member.look(KEPT))).contains(Bytes.utf8("kept"));
    }
  }

  @Test
  void allAtomsOfOneThatHasDroppedTakeTheSpaceAway() {
    fill();
    group.converge();
    // Three is away for longer than the log reaches, and meanwhile the others drop.
    drop(one);
    drop(two);
    for (int i = 0; i < 20; i++) {
      one.change(KEPT, put("v" + i));
      group.lose();
    }
    three.change(Group.REGISTER, put("late"));
    group.lose();
    group.converge();
    for (Group.Member member : group.members) {
      assertThat(Views.last(member.look(KEPT))).contains(Bytes.utf8("v19"));
      assertThat(member.replica.base()).isEqualTo(one.replica.base());
    }
    // What three changed is new to the others; the rest was known to them, and is gone.
    assertThat(keys(three)).containsExactly(Group.REGISTER);
    assertThat(keys(one)).containsExactly(Group.REGISTER);
    group.members.forEach(DropTest::drop);
    assertThat(group.members).allMatch(member -> keys(member).isEmpty());
  }

  @Test
  void whoDropsWhileItTakesAllAtomsDropsTheRestLater() {
    fill();
    group.converge();
    for (int i = 0; i < 20; i++) {
      one.change(Group.key("k" + i, Kind.REGISTER, ""), put("a value of some length"));
    }
    group.lose();
    two.tick();
    for (int i = 0; i < 8; i++) {
      List<Group.Mail> mails = new ArrayList<>(two.out);
      two.out.clear();
      mails.forEach(mail -> group.get(mail.to().value()).hear(two, mail.message()));
      drop(two);
      List<Group.Mail> answers = new ArrayList<>(one.out);
      one.out.clear();
      answers.forEach(mail -> group.get(mail.to().value()).hear(one, mail.message()));
    }
    group.converge();
    while (!keys(two).isEmpty()) {
      drop(two);
    }
    assertThat(two.replica.base()).isEqualTo(one.replica.base());
    assertThat(Views.last(two.look(KEPT))).contains(Bytes.utf8("kept"));
  }
}
