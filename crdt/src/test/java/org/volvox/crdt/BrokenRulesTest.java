package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;

/** What goes wrong without a rule: that the rule is what prevents it. */
class BrokenRulesTest {
  @Test
  void whoDoesNotWaitForTheDiskTellsWhatACrashForgets() {
    Group group =
        Group.of(
            2,
            9,
            new ReplicaRules() {
              @Override
              public boolean waitsForDisk() {
                return false;
              }
            });
    Group.Member one = group.get(1);
    one.isSlow = true;
    one.change(Group.ELEMENT, new Change.Mark());
    assertThat(one.said).hasSize(1);
    assertThat(one.store.afterCrash().size()).isZero();
  }

  @Test
  void aRemovalOfAllTakesAwayWhatItDidNotKnow() {
    Group group =
        Group.of(
            2,
            9,
            new ReplicaRules() {
              @Override
              public boolean removesWhatItKnows() {
                return false;
              }
            });
    group.get(1).change(Group.ELEMENT, new Change.Mark());
    group.deliver();
    group.get(1).change(Group.ELEMENT, new Change.Erase());
    group.get(2).change(Group.ELEMENT, new Change.Mark());
    group.deliver();
    assertThat(Views.isMarked(group.get(1).look(Group.ELEMENT)))
        .isNotEqualTo(Views.isMarked(group.get(2).look(Group.ELEMENT)));
  }

  @Test
  void anEffectBeforeItsCauseIsUndoneByTheCause() {
    Group group =
        Group.of(
            3,
            9,
            new ReplicaRules() {
              @Override
              public boolean keepsCausalOrder() {
                return false;
              }
            });
    Group.Member three = group.get(3);
    group.get(1).change(Group.ELEMENT, new Change.Mark());
    Group.Mail cause = group.get(1).out.removeLast();
    group.deliver();
    group.get(2).change(Group.ELEMENT, new Change.Erase());
    group.deliver();
    three.hear(group.get(1), cause.message());
    assertThat(Views.isMarked(group.get(2).look(Group.ELEMENT))).isFalse();
    assertThat(Views.isMarked(three.look(Group.ELEMENT))).isTrue();
  }

  @Test
  void withoutTheHybridClockTheFirstOfTwoMayBeTheLater() {
    Group group =
        Group.of(
            2,
            9,
            new ReplicaRules() {
              @Override
              public boolean followsClock() {
                return false;
              }
            });
    Group.Member one = group.get(1);
    Group.Member two = group.get(2);
    one.now = 1_000;
    one.change(Group.REGISTER, new Change.Put(Bytes.utf8("a")));
    group.deliver();
    two.change(Group.REGISTER, new Change.Put(Bytes.utf8("b")));
    Entry entry = List.copyOf(two.look(Group.REGISTER).live().values()).getFirst();
    assertThat(entry.at().wall().millis()).isEqualTo(1);
  }

  @Test
  void countingForOthersLosesWhatTheyCount() {
    Group group =
        Group.of(
            2,
            9,
            new ReplicaRules() {
              @Override
              public boolean countsApart() {
                return false;
              }

              @Override
              public boolean resetsByReplica() {
                return false;
              }
            });
    group.get(1).change(Group.COUNTER, new Change.Add(5));
    group.deliver();
    group.get(2).change(Group.COUNTER, new Change.Add(1));
    assertThat(group.get(2).count()).isEqualTo(1);
    group.get(1).change(Group.COUNTER, new Change.Reset());
    group.deliver();
    assertThat(group.get(1).count()).isEqualTo(1);
  }

  @Test
  void aPeerThatIsNotToldThatItIsBehindNeverHasAll() {
    Group group =
        Group.of(
            2,
            2,
            new ReplicaRules() {
              @Override
              public boolean tellsWhoIsBehind() {
                return false;
              }
            });
    Group.Member one = group.get(1);
    for (int i = 0; i < 20; i++) {
      one.change(Group.key("k" + i, Kind.FLAG, ""), new Change.Mark());
    }
    group.lose();
    one.tick();
    one.tick();
    group.lose();
    group.converge();
    assertThat(group.get(2).replica.base()).isNotEqualTo(one.replica.base());
  }
}
