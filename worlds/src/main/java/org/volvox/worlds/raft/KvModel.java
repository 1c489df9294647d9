package org.volvox.worlds.raft;

import java.util.Optional;
import org.volvox.sim.history.Operation;
import org.volvox.sim.history.SequentialModel;

/** One key of {@link Registers} as a single thread would use it. */
final class KvModel implements SequentialModel<Integer> {
  @Override
  public Integer initial() {
    return 0;
  }

  @Override
  public Optional<Integer> step(Integer state, Operation operation) {
    return switch (operation.kind()) {
      case Registers.PUT -> Optional.of(operation.argument());
      case Registers.GET ->
          operation.isOpen() || operation.result() == state ? Optional.of(state) : Optional.empty();
      default -> {
        int sum = state + operation.argument();
        yield operation.isOpen() || operation.result() == sum ? Optional.of(sum) : Optional.empty();
      }
    };
  }
}
