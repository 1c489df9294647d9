package org.volvox.sim.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.Invariant;
import org.volvox.base.Prng;

class LinearizabilityCheckerTest {
  private static final int WRITE = 0;
  private static final int READ = 1;
  private static final int ADD = 2;

  /** A register that can be written, read and added to. */
  private static final class Register implements SequentialModel<Integer> {
    @Override
    public Integer initial() {
      return 0;
    }

    @Override
    public Optional<Integer> step(Integer state, Operation operation) {
      return switch (operation.kind()) {
        case WRITE -> Optional.of(operation.argument());
        case READ -> operation.result() == state ? Optional.of(state) : Optional.empty();
        default -> {
          int sum = state + operation.argument();
          yield operation.isOpen() || operation.result() == sum
              ? Optional.of(sum)
              : Optional.empty();
        }
      };
    }
  }

  private final History history = new History();

  private Verdict check() {
    return new LinearizabilityChecker<>(new Register(), 100_000).check(history.operations());
  }

  @Test
  void anEmptyHistoryIsLinearizable() {
    assertThat(check()).isEqualTo(new Verdict.Linearizable());
  }

  @Test
  void overlappingReadMaySeeEither() {
    int write = history.begin(1, 0, WRITE, 5);
    int early = history.begin(2, 0, READ, 0);
    history.end(early, 0);
    int late = history.begin(2, 0, READ, 0);
    history.end(late, 5);
    history.end(write, 0);
    assertThat(check()).isEqualTo(new Verdict.Linearizable());
  }

  @Test
  void catchesAStaleRead() {
    int write = history.begin(1, 0, WRITE, 5);
    history.end(write, 0);
    int read = history.begin(2, 0, READ, 0);
    history.end(read, 0);
    assertThat(check()).isEqualTo(new Verdict.Violated(0, history.operations().get(1)));
  }

  @Test
  void catchesAReadThatGoesBack() {
    history.begin(1, 0, WRITE, 5);
    int first = history.begin(2, 0, READ, 0);
    history.end(first, 5);
    int second = history.begin(3, 0, READ, 0);
    history.end(second, 0);
    assertThat(check()).isInstanceOf(Verdict.Violated.class);
  }

  @Test
  void catchesALostWriteAndAnAddThatTookEffectTwice() {
    int one = history.begin(1, 3, ADD, 1);
    history.end(one, 1);
    int read = history.begin(1, 3, READ, 0);
    history.end(read, 2);
    assertThat(check()).isInstanceOf(Verdict.Violated.class);
  }

  @Test
  void anUnansweredWriteMayTakeEffectLateOrNever() {
    history.begin(1, 0, WRITE, 5);
    int early = history.begin(2, 0, READ, 0);
    history.end(early, 0);
    assertThat(check()).isEqualTo(new Verdict.Linearizable());
    int late = history.begin(2, 0, READ, 0);
    history.end(late, 5);
    assertThat(check()).isEqualTo(new Verdict.Linearizable());
  }

  @Test
  void aRefusedWriteMustNotTakeEffect() {
    int write = history.begin(1, 0, WRITE, 5);
    history.refused(write);
    int read = history.begin(2, 0, READ, 0);
    history.end(read, 5);
    assertThat(check()).isInstanceOf(Verdict.Violated.class);
  }

  @Test
  void keysAreIndependent() {
    int write = history.begin(1, 0, WRITE, 5);
    history.end(write, 0);
    int read = history.begin(2, 1, READ, 0);
    history.end(read, 0);
    assertThat(check()).isEqualTo(new Verdict.Linearizable());
  }

  @Test
  void givesUpAtItsLimit() {
    for (int i = 0; i < 12; i++) {
      history.begin(i, 0, ADD, 1 << i);
    }
    int read = history.begin(20, 0, READ, 0);
    history.end(read, -1);
    assertThat(new LinearizabilityChecker<>(new Register(), 50).check(history.operations()))
        .isEqualTo(new Verdict.Undecided(0));
    int write = history.begin(1, 1, WRITE, 5);
    history.end(write, 0);
    int stale = history.begin(1, 1, READ, 5);
    history.end(stale, 0);
    assertThat(new LinearizabilityChecker<>(new Register(), 50).check(history.operations()))
        .isInstanceOf(Verdict.Violated.class);
  }

  @Test
  void refusesASecondAnswer() {
    int write = history.begin(1, 0, WRITE, 5);
    history.end(write, 0);
    assertThatThrownBy(() -> history.end(write, 0)).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> history.refused(write)).isInstanceOf(Invariant.Broken.class);
    int other = history.begin(1, 0, WRITE, 5);
    history.refused(other);
    assertThatThrownBy(() -> history.end(other, 0)).isInstanceOf(Invariant.Broken.class);
  }

  /** A queue of numbers; taking from an empty one gives zero. */
  private static final class Fifo implements SequentialModel<List<Integer>> {
    @Override
    public List<Integer> initial() {
      return List.of();
    }

    @Override
    public Optional<List<Integer>> step(List<Integer> state, Operation operation) {
      if (operation.kind() == WRITE) {
        List<Integer> longer = new ArrayList<>(state);
        longer.add(operation.argument());
        return Optional.of(List.copyOf(longer));
      }
      int first = state.isEmpty() ? 0 : state.getFirst();
      return operation.isOpen() || operation.result() == first
          ? Optional.of(state.isEmpty() ? state : state.subList(1, state.size()))
          : Optional.empty();
    }
  }

  /** Plays "A+1 B+2 A. B." (client, + puts, - takes, a dot or result ends) on one queue. */
  private Verdict queue(String script) {
    int[] open = {-1, -1, -1};
    for (String word : script.split(" ", -1)) {
      int client = word.charAt(0) - 'A';
      int number = word.length() > 2 ? word.charAt(2) - '0' : 0;
      switch (word.charAt(1)) {
        case '+' -> open[client] = history.begin(client, 0, WRITE, number);
        case '-' -> open[client] = history.begin(client, 0, READ, 0);
        default -> history.end(open[client], number);
      }
    }
    return new LinearizabilityChecker<>(new Fifo(), 100_000).check(history.operations());
  }

  /** The four queue histories of Herlihy and Wing 1990, figure 1, and some of their kind. */
  @ParameterizedTest
  @CsvSource({
    // H1: y is put while x is, and taken first.
    "true, A+1 B+2 B. A. B- B.1 A- A.2 B+3 B.",
    // H2: x was put before y was, and y comes first.
    "false, A+1 A. B+2 A- B. A.2",
    // H3: an unanswered put takes effect since its value is taken.
    "true, A+1 B- B.1",
    // H4: one value is taken twice.
    "false, A+1 B+2 A. B. A- B- A.2 B.2",
    "true, A- B+1 A. B.",
    "true, A- B+1 A.1 B.",
    "false, A+1 A. B- B.",
    "true, A+1 B+2 A. B. A- B- A.2 B.1",
    "true, A+1 A. B- A- B. A.1",
    "false, A+1 A. B- B. A- A.1",
  })
  void judgesQueuesAsThePaperDoes(boolean linearizable, String script) {
    assertThat(queue(script) instanceof Verdict.Linearizable).isEqualTo(linearizable);
  }

  /**
   * Anomalies by the names that databases give them, on one register; A? reads, A=1 writes, A#1
   * adds.
   */
  @ParameterizedTest
  @CsvSource({
    // Two reads of two clients see two overlapping writes in different orders.
    "false, A=1 B=2 C? C.1 C? C.2 C? C.1 A. B.",
    "true, A=1 B=2 C? C.1 C? C.2 A. B.",
    // A read from the future.
    "false, C? C.1 A=1 A.",
    // A write that is answered is lost under one that was over before it began.
    "false, A=1 A. B=2 B. C? C.1",
    // A write without an answer comes to light after another one.
    "true, A=1 B=2 B. C? C.2 C? C.1",
    "false, A=1 B=2 B. C? C.1 C? C.2 C? C.1",
    // Add to a register: each addition once, in some order.
    "true, A#1 B#1 A.2 B.1 C? C.2",
    "false, A#1 B#1 A.1 B.1",
    "false, A#1 A.1 B#1 B.2 C? C.1",
  })
  void judgesAnomaliesOfOneRegister(boolean linearizable, String script) {
    int[] open = {-1, -1, -1};
    for (String word : script.split(" ", -1)) {
      int client = word.charAt(0) - 'A';
      int number = word.length() > 2 ? word.charAt(2) - '0' : 0;
      switch (word.charAt(1)) {
        case '=' -> open[client] = history.begin(client, 0, WRITE, number);
        case '#' -> open[client] = history.begin(client, 0, ADD, number);
        case '?' -> open[client] = history.begin(client, 0, READ, 0);
        default -> history.end(open[client], number);
      }
    }
    assertThat(check() instanceof Verdict.Linearizable).isEqualTo(linearizable);
  }

  @Test
  void agreesWithTryingEveryOrder() {
    int violations = 0;
    for (int seed = 0; seed < 3_000; seed++) {
      List<Operation> operations = randomHistory(new Prng(seed));
      Verdict verdict = new LinearizabilityChecker<>(new Register(), 100_000).check(operations);
      boolean dumb = someOrderExplains(operations, 0);
      assertThat(verdict instanceof Verdict.Linearizable).as("seed %d", seed).isEqualTo(dumb);
      violations += dumb ? 0 : 1;
    }
    assertThat(violations).isBetween(200, 2_900);
  }

  /** Up to six operations of three clients on one key; results are drawn, mostly plausible. */
  private static List<Operation> randomHistory(Prng prng) {
    History history = new History();
    int[] open = {-1, -1, -1};
    for (int i = 0; i < 12; i++) {
      int client = prng.below(3);
      if (open[client] >= 0) {
        history.end(open[client], prng.below(2));
        open[client] = -1;
      } else if (history.operations().size() < 6) {
        open[client] = history.begin(client, 0, prng.below(3), 1);
      }
    }
    return history.operations();
  }

  /** The dumb twin: every order of every subset that holds all answered operations. */
  private static boolean someOrderExplains(List<Operation> left, Integer state) {
    if (left.stream().allMatch(Operation::isOpen)) {
      return true;
    }
    for (Operation next : left) {
      boolean mayComeNext = left.stream().noneMatch(other -> other.end() < next.call());
      Optional<Integer> after = new Register().step(state, next);
      if (mayComeNext && after.isPresent()) {
        List<Operation> rest = new ArrayList<>(left);
        rest.remove(next);
        if (someOrderExplains(rest, after.get())) {
          return true;
        }
      }
    }
    return false;
  }
}
