package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;

/** What replicas do, step by step. */
class ReplicaTest {
  private final Group group = Group.of(3, 1_000);
  private final Group.Member one = group.get(1);
  private final Group.Member two = group.get(2);
  private final Group.Member three = group.get(3);

  private static Change put(String value) {
    return new Change.Put(Bytes.utf8(value));
  }

  private static Optional<Bytes> bytes(String value) {
    return Optional.of(Bytes.utf8(value));
  }

  @Test
  void aChangeReachesAllAtOnce() {
    one.change(Group.REGISTER, put("a"));
    assertThat(group.deliver()).isEqualTo(2);
    for (Group.Member member : group.members) {
      assertThat(Views.last(member.look(Group.REGISTER))).isEqualTo(bytes("a"));
    }
    assertThat(one.said).hasSize(1).first().isInstanceOf(ReplicaEffect.Done.class);
  }

  @Test
  void messagesThatFollowEachOtherAreOne() {
    one.change(Group.REGISTER, put("a"));
    one.change(Group.ELEMENT, new Change.Mark());
    two.change(Group.COUNTER, new Change.Add(1));
    Message.Operations first = (Message.Operations) one.out.removeFirst().message();
    one.out.removeFirst();
    Message.Operations second = (Message.Operations) one.out.removeFirst().message();
    Message.Operations other = (Message.Operations) two.out.removeFirst().message();
    Message.Operations both = first.and(second, 10_000).orElseThrow();
    assertThat(both.operations()).hasSize(2);
    assertThat(both.needs()).isEqualTo(first.needs());
    assertThat(both.base()).isEqualTo(second.base());
    assertThat(second.and(first, 10_000)).isEmpty();
    assertThat(first.and(other, 10_000)).isEmpty();
    assertThat(first.and(second, 100)).isEmpty();
    three.hear(one, both);
    assertThat(three.replica.base()).isEqualTo(second.base());
    assertThat(Views.isMarked(three.look(Group.ELEMENT))).isTrue();
  }

  @Test
  void whatIsWrittenAtTheSameTimeIsAllThereAndTheLastShows() {
    two.now = 100;
    one.change(Group.REGISTER, put("a"));
    two.change(Group.REGISTER, put("b"));
    group.deliver();
    for (Group.Member member : group.members) {
      Atom atom = member.look(Group.REGISTER);
      assertThat(Views.all(atom)).containsExactly(Bytes.utf8("a"), Bytes.utf8("b"));
      assertThat(Views.last(atom)).isEqualTo(bytes("b"));
    }
    // Its wall clock is far behind, but it knows of both.
    three.change(Group.REGISTER, put("c"));
    group.deliver();
    assertThat(Views.all(one.look(Group.REGISTER))).containsExactly(Bytes.utf8("c"));
  }

  @Test
  void oneOfTwoAtTheSameTimeIsTheGreaterReplicas() {
    one.change(Group.REGISTER, put("a"));
    two.change(Group.REGISTER, put("b"));
    group.deliver();
    assertThat(Views.last(three.look(Group.REGISTER))).isEqualTo(bytes("b"));
    assertThat(Views.last(Atom.NONE)).isEmpty();
  }

  @Test
  void aRemovalTakesAwayWhatItKnewOf() {
    one.change(Group.ELEMENT, new Change.Mark());
    group.deliver();
    one.change(Group.ELEMENT, new Change.Erase());
    two.change(Group.ELEMENT, new Change.Mark());
    group.deliver();
    assertThat(Views.isMarked(three.look(Group.ELEMENT))).isTrue();
    three.change(Group.ELEMENT, new Change.Erase());
    group.deliver();
    for (Group.Member member : group.members) {
      assertThat(Views.isMarked(member.look(Group.ELEMENT))).isFalse();
    }
  }

  @Test
  void whatIsRemovedDoesNotRiseFromAnOldMessage() {
    one.change(Group.ELEMENT, new Change.Mark());
    List<Group.Mail> old = List.copyOf(one.out);
    group.deliver();
    two.change(Group.ELEMENT, new Change.Erase());
    group.deliver();
    old.forEach(mail -> group.get(mail.to().value()).hear(one, mail.message()));
    assertThat(Views.isMarked(two.look(Group.ELEMENT))).isFalse();
    assertThat(Views.isMarked(three.look(Group.ELEMENT))).isFalse();
  }

  @Test
  void nothingIsThereToErase() {
    one.change(Group.REGISTER, new Change.Erase());
    assertThat(one.said)
        .containsExactly(new ReplicaEffect.Done(1, Optional.empty(), Versions.NONE));
    assertThat(one.out).isEmpty();
  }

  @Test
  void aCounterCountsWhatAllAdd() {
    one.change(Group.COUNTER, new Change.Add(5));
    two.change(Group.COUNTER, new Change.Add(-2));
    group.deliver();
    two.change(Group.COUNTER, new Change.Add(10));
    group.deliver();
    assertThat(three.count()).isEqualTo(13);
  }

  @Test
  void aResetTakesAwayWhatItKnewOfHoweverOften() {
    one.change(Group.COUNTER, new Change.Add(5));
    group.deliver();
    one.change(Group.COUNTER, new Change.Add(1));
    two.change(Group.COUNTER, new Change.Reset());
    three.change(Group.COUNTER, new Change.Reset());
    group.deliver();
    for (Group.Member member : group.members) {
      assertThat(member.count()).isEqualTo(1);
    }
    one.change(Group.COUNTER, new Change.Reset());
    group.deliver();
    assertThat(three.count()).isZero();
  }

  @Test
  void whatCannotBeIsRefused() {
    one.change(Group.COUNTER, put("a"));
    one.change(Group.COUNTER, new Change.Add(Long.MAX_VALUE));
    one.change(Group.COUNTER, new Change.Add(1));
    one.change(Group.COUNTER, new Change.Add(Long.MIN_VALUE));
    assertThat(one.said.get(0).toString()).contains("Refused", "Put", "COUNTER");
    assertThat(one.said.get(2).toString()).contains("the counter has counted too far");
    assertThat(one.said.get(3).toString()).contains("the counter has counted too far");
    assertThat(one.count()).isEqualTo(Long.MAX_VALUE);
    one.change(Group.ELEMENT, new Change.Add(1));
    one.change(Group.REGISTER, new Change.Mark());
    one.change(Group.COUNTER, new Change.Erase());
    one.change(Group.REGISTER, new Change.Reset());
    assertThat(one.said.subList(4, 8))
        .allSatisfy(effect -> assertThat(effect).isInstanceOf(ReplicaEffect.Refused.class));
  }

  @Test
  void nobodyHearsOfWhatIsNotDurable() {
    one.isSlow = true;
    one.change(Group.REGISTER, put("a"));
    one.step(new ReplicaInput.Look(9, Group.REGISTER));
    assertThat(one.said).isEmpty();
    assertThat(one.out).isEmpty();
    one.flush();
    assertThat(one.said).hasSize(2);
    assertThat(one.out).hasSize(2);
  }

  @Test
  void aCrashForgetsWhatNobodyHeardOf() {
    one.change(Group.REGISTER, put("a"));
    one.isSlow = true;
    one.change(Group.REGISTER, put("b"));
    MemoryStore left = one.store.afterCrash();
    Replica again = new Replica(ReplicaConfig.of(new ReplicaId(99)), ReplicaRules.PAPER, left);
    assertThat(again.id()).isEqualTo(new ReplicaId(1));
    assertThat(again.base().count(again.id())).isEqualTo(1);
    assertThat(Views.last(again.peek(Group.REGISTER))).isEqualTo(bytes("a"));
  }

  @Test
  void anEffectWaitsForItsCause() {
    one.change(Group.ELEMENT, new Change.Mark());
    Group.Mail cause = one.out.removeLast();
    assertThat(cause.to()).isEqualTo(new NodeId(3));
    group.deliver();
    two.change(Group.ELEMENT, new Change.Erase());
    two.out.removeFirst();
    Group.Mail effect = two.out.removeFirst();
    three.hear(two, effect.message());
    three.hear(two, effect.message());
    assertThat(three.replica.base()).isEqualTo(Versions.NONE);
    // It asks for what is missing, once.
    assertThat(three.out).hasSize(1);
    group.deliver();
    assertThat(three.replica.base()).isEqualTo(two.replica.base());
    three.hear(one, cause.message());
    assertThat(Views.isMarked(three.look(Group.ELEMENT))).isFalse();
  }

  @Test
  void whatIsLostIsAskedForInPiecesUntilAllAreThere() {
    for (int i = 0; i < 50; i++) {
      one.change(Group.key("k" + i, Kind.FIELD, "f"), put("value " + i));
      group.lose();
    }
    three.change(Group.REGISTER, put("mine"));
    group.lose();
    group.converge();
    for (Group.Member member : group.members) {
      assertThat(member.replica.base()).isEqualTo(one.replica.base());
      assertThat(Views.last(member.look(Group.key("k49", Kind.FIELD, "f"))))
          .isEqualTo(bytes("value 49"));
      assertThat(Views.last(member.look(Group.REGISTER))).isEqualTo(bytes("mine"));
    }
  }

  @Test
  void ofWhatIsRemovedNothingIsLeftOnceAllKnow() {
    for (int i = 0; i < 30; i++) {
      one.change(Group.key("set", Kind.ELEMENT, "e" + i), new Change.Mark());
    }
    group.deliver();
    for (int i = 0; i < 30; i++) {
      two.change(Group.key("set", Kind.ELEMENT, "e" + i), new Change.Erase());
    }
    group.deliver();
    assertThat(one.store.size()).isGreaterThan(60);
    group.converge();
    // What each says of itself.
    group.members.forEach(member -> assertThat(member.store.size()).isEqualTo(1));
  }

  @Test
  void strangersAndItsOwnEchoAreNotHeard() {
    one.change(Group.REGISTER, put("a"));
    Group.Mail mail = one.out.getFirst();
    one.hear(two, mail.message());
    assertThat(one.replica.base().count(one.replica.id())).isEqualTo(1);
    two.step(new ReplicaInput.Peers(List.of(new NodeId(3))));
    two.hear(one, mail.message());
    assertThat(two.replica.base()).isEqualTo(Versions.NONE);
  }

  @Test
  void aReplicaWithoutPeersKeepsNoLog() {
    Group alone = Group.of(1, 1_000);
    Group.Member member = alone.get(1);
    List<AtomKey> keys = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      keys.add(Group.key("k" + i, Kind.FLAG, ""));
      member.change(keys.getLast(), new Change.Mark());
    }
    member.tick();
    assertThat(member.store.size()).isEqualTo(6);
    assertThat(keys).allSatisfy(key -> assertThat(Views.isMarked(member.look(key))).isTrue());
  }
}
