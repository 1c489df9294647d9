package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.volvox.base.Bytes;
import org.volvox.base.Prng;
import org.volvox.base.WallTime;
import org.volvox.base.clock.HybridTime;

/** Merging as a semilattice: whatever was joined with whatever, in whatever order. */
class AtomTest {
  /** An atom and what was applied to it. */
  private record State(Atom atom, Versions applied) {
    static final State NONE = new State(Atom.NONE, Versions.NONE);

    State join(State other) {
      return new State(atom.join(applied, other.atom, other.applied), applied.merge(other.applied));
    }
  }

  private final List<State> states = new ArrayList<>();
  private Prng prng = new Prng(0);

  private static final int REPLICAS = 4;

  /** Random changes, and random merges, at some replicas. */
  private void draw(int seed) {
    prng = new Prng(seed);
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      states.add(State.NONE);
      counts.add(0L);
    }
    for (int i = 0; i < 60; i++) {
      int at = prng.below(REPLICAS);
      if (prng.below(3) == 0) {
        states.set(at, states.get(at).join(states.get(prng.below(REPLICAS))));
      } else {
        counts.set(at, counts.get(at) + 1);
        states.set(at, changed(states.get(at), new Dot(new ReplicaId(at), counts.get(at))));
      }
    }
  }

  private State changed(State before, Dot dot) {
    boolean removes = prng.below(3) == 0;
    Operation operation =
        new Operation(
            dot,
            Group.REGISTER,
            List.copyOf(before.atom.live().keySet()),
            new HybridTime(new WallTime(prng.below(9)), 0),
            removes ? Optional.empty() : Optional.of(Bytes.utf8(dot.toString())));
    return new State(before.atom.apply(operation), before.applied.with(dot));
  }

  private State any() {
    return states.get(prng.below(REPLICAS));
  }

  @RepeatedTest(200)
  void joinIsCommutativeAssociativeAndIdempotent(RepetitionInfo info) {
    draw(info.getCurrentRepetition());
    State a = any();
    State b = any();
    State c = any();
    assertThat(a.join(a)).isEqualTo(a);
    assertThat(a.join(b)).isEqualTo(b.join(a));
    assertThat(a.join(b).join(c)).isEqualTo(a.join(b.join(c)));
    assertThat(a.join(b).join(b)).isEqualTo(a.join(b));
    assertThat(a.join(State.NONE)).isEqualTo(a);
  }

  @RepeatedTest(50)
  void allOrdersOfMergingEndInTheSame(RepetitionInfo info) {
    draw(1_000 + info.getCurrentRepetition());
    State forward = states.stream().reduce(State.NONE, State::join);
    State backward = states.reversed().stream().reduce(State.NONE, State::join);
    assertThat(forward).isEqualTo(backward);
    for (State state : states) {
      assertThat(forward.applied.covers(state.applied)).isTrue();
      assertThat(forward.join(state)).isEqualTo(forward);
    }
  }
}
