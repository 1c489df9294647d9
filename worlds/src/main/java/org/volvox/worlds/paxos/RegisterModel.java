package org.volvox.worlds.paxos;

import java.util.Optional;
import org.volvox.sim.history.Operation;
import org.volvox.sim.history.SequentialModel;

/**
 * One register as a single thread would use it; values are small numbers, 0 for none. A comparison
 * has both its numbers in the argument. The result of a write is 1 if it was made, else 0; a
 * decision's is the value, or -1 if the register has one that is not decided.
 */
final class RegisterModel implements SequentialModel<RegisterModel.State> {
  static final int GET = 0;
  static final int SET = 1;
  static final int COMPARE = 2;
  static final int DECIDE = 3;
  private static final int HALF = 16;

  record State(int value, boolean isDecided) {}

  static int pair(int expected, int next) {
    return expected << HALF | next;
  }

  static int expected(int pair) {
    return pair >>> HALF;
  }

  static int next(int pair) {
    return pair & ((1 << HALF) - 1);
  }

  @Override
  public State initial() {
    return new State(0, false);
  }

  @Override
  public Optional<State> step(State state, Operation operation) {
    int argument = operation.argument();
    return switch (operation.kind()) {
      case GET -> result(operation, state.value, state);
      case SET -> write(operation, state, !state.isDecided, argument);
      case COMPARE -> {
        boolean isRight = !state.isDecided && state.value == expected(argument);
        yield write(operation, state, isRight, next(argument));
      }
      default -> {
        if (state.isDecided) {
          yield result(operation, state.value, state);
        }
        yield state.value == 0
            ? result(operation, argument, new State(argument, true))
            : result(operation, -1, state);
      }
    };
  }

  private static Optional<State> write(
      Operation operation, State state, boolean isMade, int value) {
    return result(operation, isMade ? 1 : 0, isMade ? new State(value, false) : state);
  }

  private static Optional<State> result(Operation operation, int result, State after) {
    boolean fits = operation.isOpen() || operation.result() == result;
    return fits ? Optional.of(after) : Optional.empty();
  }
}
