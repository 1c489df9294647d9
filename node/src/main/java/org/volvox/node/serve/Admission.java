package org.volvox.node.serve;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Call;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandOutcome.RefusedBecause;

/** Whether this node, if it leads, takes commands that grow the state. Any thread may ask. */
public final class Admission {
  private volatile Optional<String> refusal = Optional.empty();

  /** Why it does not, or empty if it does. */
  public void set(Optional<String> why) {
    refusal = why;
  }

  /** Why nothing that grows is taken now; empty if it is. */
  public Optional<String> refusal() {
    return refusal;
  }

  /** The refusal of this command, which decodes; it is looked into only when disks are full. */
  Optional<CommandOutcome> refuse(Bytes command) {
    Optional<String> why = refusal;
    return why.isPresent() && isGrowing(command)
        ? Optional.of(
            new CommandOutcome.Refused(RefusedBecause.NO_ROOM, Optional.empty(), why.get()))
        : Optional.empty();
  }

  private static boolean isGrowing(Bytes command) {
    try {
      Command decoded = Command.decode(command);
      return Call.isGrowing(decoded.type(), decoded.body());
    } catch (MalformedException e) {
      return false; // It is refused for that, by whoever takes it.
    }
  }
}
