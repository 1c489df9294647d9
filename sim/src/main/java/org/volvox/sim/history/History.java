package org.volvox.sim.history;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Invariant;

/** Records what clients ask and get, in the order in which it happens. */
public final class History {
  private final List<Operation> operations = new ArrayList<>();
  private final List<Boolean> removed = new ArrayList<>();
  private int place;

  /** A client asks; the returned number names the operation. */
  public int begin(int client, int key, int kind, int argument) {
    operations.add(new Operation(client, key, kind, argument, 0, place++, Operation.OPEN));
    removed.add(false);
    return operations.size() - 1;
  }

  public void end(int operation, int result) {
    Operation asked = operations.get(operation);
    Invariant.check(asked.isOpen() && !removed.get(operation), "answered twice");
    operations.set(
        operation,
        new Operation(
            asked.client(),
            asked.key(),
            asked.kind(),
            asked.argument(),
            result,
            asked.call(),
            place++));
  }

  /** The operation surely never took effect; it is as if it had not been asked. */
  public void refused(int operation) {
    Invariant.check(operations.get(operation).isOpen(), "refused after its answer");
    removed.set(operation, true);
  }

  /** All operations that may have taken effect, in the order of their calls. */
  public List<Operation> operations() {
    List<Operation> all = new ArrayList<>(operations.size());
    for (int i = 0; i < operations.size(); i++) {
      if (!removed.get(i)) {
        all.add(operations.get(i));
      }
    }
    return all;
  }
}
