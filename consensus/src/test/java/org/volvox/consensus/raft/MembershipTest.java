package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;

/** Memberships as values and bytes, and what changes lead to. */
class MembershipTest {
  /** n1 stays, n4 comes for n2, n3 learns, n5 is to join and n6 leaves. */
  static final Membership JOINT =
      new Membership(
          List.of(
              member(1, Member.Kind.VOTER),
              member(2, Member.Kind.OUTGOING),
              member(3, Member.Kind.LEARNER),
              member(4, Member.Kind.INCOMING),
              new Member(id(5), "[::1]:7600", Member.Kind.JOINING, 3, Optional.of(id(1)), false),
              new Member(id(6), "", Member.Kind.VOTER, 1, Optional.empty(), true)),
          9);

  private static NodeId id(int id) {
    return new NodeId(id);
  }

  private static Member member(int id, Member.Kind kind) {
    return new Member(id(id), "127.0.0." + id + ":7600", kind, 1, Optional.empty(), false);
  }

  private static Membership voters(int count) {
    return Membership.of(IntStream.rangeClosed(1, count).mapToObj(NodeId::new).toList());
  }

  private static Membership next(Membership now, MemberChange change) {
    return ((MemberPlan.Result.Next) MemberPlan.of(now, change)).members();
  }

  private static String wrong(Membership now, MemberChange change) {
    return ((MemberPlan.Result.Wrong) MemberPlan.of(now, change)).why();
  }

  private static MemberChange.Add joining(int id, Optional<NodeId> replaces) {
    return new MemberChange.Add(id(id), "a", true, replaces);
  }

  @Test
  void saysWhoVotesInWhichHalf() {
    assertThat(JOINT.isJoint()).isTrue();
    assertThat(JOINT.oldVoters()).containsExactly(id(1), id(2), id(6));
    assertThat(JOINT.newVoters()).containsExactly(id(1), id(4), id(6));
    assertThat(JOINT.voters()).containsExactly(id(1), id(2), id(4), id(6));
    assertThat(JOINT.isVoter(id(3))).isFalse();
    assertThat(JOINT.isVoter(id(99))).isFalse();
    Membership left = JOINT.left();
    assertThat(left.isJoint()).isFalse();
    assertThat(left.voters()).containsExactly(id(1), id(4), id(6));
    assertThat(left.member(id(2))).isEmpty();
    assertThat(left.lastId()).isEqualTo(9);
  }

  @Test
  void goesThroughBytesUnchanged() throws MalformedException {
    for (Membership members : List.of(Membership.EMPTY, voters(1), voters(7), JOINT)) {
      assertThat(Membership.decode(members.encode())).isEqualTo(members);
    }
  }

  @Test
  void randomBytesAreReadOrRefusedAndNothingElse() {
    Prng prng = new Prng(5);
    int read = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = JOINT.encode().toArray();
      for (int flips = prng.between(1, 4); flips > 0; flips--) {
        bytes[prng.below(bytes.length)] = (byte) prng.nextInt();
      }
      try {
        Membership members = Membership.decode(Bytes.wrap(bytes));
        assertThat(Membership.decode(members.encode())).isEqualTo(members);
        read++;
      } catch (MalformedException expected) {
        assertThat(expected).hasMessageMatching("(?s).+");
      }
    }
    assertThat(read).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 255})
  void refusesOtherVersions(int version) {
    Bytes bytes = new ByteWriter().u8(version).u16(1).u32(0).toBytes();
    assertThatThrownBy(() -> Membership.decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("version " + version);
  }

  @Test
  void cannotBeWhatNoGroupIs() {
    assertThatThrownBy(() -> voters(8)).hasMessageContaining("1 to 7 voters");
    assertThatThrownBy(() -> new Membership(List.of(member(1, Member.Kind.LEARNER)), 1))
        .hasMessageContaining("1 to 7 voters");
    assertThatThrownBy(() -> new Membership(List.of(member(1, Member.Kind.OUTGOING)), 1))
        .hasMessageContaining("1 to 7 voters");
    assertThatThrownBy(() -> new Membership(List.of(member(2, Member.Kind.VOTER)), 1))
        .hasMessageContaining("above 1");
    Member twice = member(1, Member.Kind.VOTER);
    assertThatThrownBy(() -> new Membership(List.of(twice, twice), 1))
        .hasMessageContaining("not a set");
  }

  @Test
  void aMemberCannotBeWhatMakesNoSense() {
    assertThatThrownBy(
            () -> new Member(id(1), "", Member.Kind.JOINING, 1, Optional.of(id(1)), false))
        .hasMessageContaining("cannot replace");
    assertThatThrownBy(() -> new Member(id(1), "", Member.Kind.VOTER, 1, Optional.of(id(2)), false))
        .hasMessageContaining("cannot replace");
    assertThatThrownBy(() -> new Member(id(1), "", Member.Kind.VOTER, 0, Optional.empty(), false))
        .hasMessageContaining("priority 0");
    assertThatThrownBy(() -> new Member(id(1), "", Member.Kind.VOTER, 101, Optional.empty(), false))
        .hasMessageContaining("priority 101");
    String longText = "x".repeat(256);
    assertThatThrownBy(
            () -> new Member(id(1), longText, Member.Kind.VOTER, 1, Optional.empty(), false))
        .hasMessageContaining("too long");
  }

  @Test
  void aNewMemberLearnsFirst() {
    Membership learner = next(voters(3), new MemberChange.Add(id(4), "a", false, Optional.empty()));
    assertThat(learner.isJoint()).isFalse();
    assertThat(learner.voters()).hasSize(3);
    Membership joining = next(learner, new MemberChange.Promote(id(4)));
    assertThat(joining.voters()).hasSize(3);
    Membership joint = next(joining, new MemberChange.Finish(id(4)));
    assertThat(joint.isJoint()).isTrue();
    assertThat(joint.left().voters()).hasSize(4);
  }

  @Test
  void anotherTakesItsPlaceInOneStep() {
    Membership joining = next(voters(3), joining(4, Optional.of(id(2))));
    Membership joint = next(joining, new MemberChange.Finish(id(4)));
    assertThat(joint.oldVoters()).containsExactly(id(1), id(2), id(3));
    assertThat(joint.newVoters()).containsExactly(id(1), id(3), id(4));
    Membership alone =
        next(next(voters(1), joining(2, Optional.of(id(1)))), new MemberChange.Finish(id(2)));
    assertThat(alone.left().voters()).containsExactly(id(2));
  }

  @Test
  void whoReplacesOneThatIsGoneJustJoins() {
    Membership joining = next(voters(3), joining(4, Optional.of(id(2))));
    Membership gone = next(joining, new MemberChange.Remove(id(2))).left();
    assertThat(next(gone, new MemberChange.Finish(id(4))).left().voters())
        .containsExactly(id(1), id(3), id(4));
  }

  @Test
  void idsAreNeverUsedAgain() {
    Membership gone =
        next(next(voters(3), joining(4, Optional.empty())), new MemberChange.Remove(id(4)));
    assertThat(wrong(gone, joining(4, Optional.empty()))).contains("given before").contains("5");
    assertThat(next(gone, joining(5, Optional.empty())).member(id(5))).isPresent();
  }

  @Test
  void whoLeavesIsDrainedAndFinished() {
    Membership leaving = next(voters(3), new MemberChange.Drain(id(3), true));
    assertThat(leaving.member(id(3)).orElseThrow().leaving()).isTrue();
    assertThat(next(leaving, new MemberChange.Drain(id(3), false))).isEqualTo(voters(3));
    assertThat(next(leaving, new MemberChange.Finish(id(3))).left().voters()).hasSize(2);
  }

  @Test
  void prioritiesAreOneToAHundred() {
    assertThat(next(voters(3), new MemberChange.Priority(id(3), 7)).priorityMax()).isEqualTo(7);
    assertThat(wrong(voters(3), new MemberChange.Priority(id(3), 0))).contains("1 to 100");
    assertThat(wrong(voters(3), new MemberChange.Priority(id(3), 101))).contains("1 to 100");
  }

  @Test
  void saysWhyAChangeMakesNoSense() {
    Membership three = voters(3);
    assertThat(wrong(three, new MemberChange.Promote(id(1)))).contains("no learner");
    assertThat(wrong(three, new MemberChange.Promote(id(9)))).contains("no learner");
    assertThat(wrong(three, new MemberChange.Drain(id(9), true))).contains("no member");
    assertThat(wrong(three, new MemberChange.Priority(id(9), 2))).contains("no member");
    assertThat(wrong(three, new MemberChange.Remove(id(9)))).contains("no member");
    assertThat(wrong(three, new MemberChange.Finish(id(9)))).contains("neither joins nor leaves");
    assertThat(wrong(three, new MemberChange.Finish(id(1)))).contains("neither joins nor leaves");
    assertThat(wrong(voters(1), new MemberChange.Remove(id(1)))).contains("last voter");
    assertThat(wrong(voters(1), new MemberChange.Drain(id(1), true))).contains("last voter");
    assertThat(wrong(three, joining(4, Optional.of(id(9))))).contains("no voter");
    assertThat(wrong(three, new MemberChange.Add(id(4), "", false, Optional.of(id(1)))))
        .contains("no voter");
    Membership replacing = next(three, joining(4, Optional.of(id(1))));
    assertThat(wrong(replacing, joining(5, Optional.of(id(1))))).contains("already");
    assertThat(wrong(three, new MemberChange.Add(id(4), "x".repeat(300), false, Optional.empty())))
        .contains("too long");
    Membership eight = next(voters(7), joining(8, Optional.empty()));
    assertThat(wrong(eight, new MemberChange.Finish(id(8)))).contains("7 voters already");
  }
}
