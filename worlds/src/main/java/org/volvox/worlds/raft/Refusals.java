package org.volvox.worlds.raft;

import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.raft.Effect;

/** What a client hears of a core's refusal. */
final class Refusals {
  private Refusals() {}

  static CommandOutcome of(Effect.Refusal why, Optional<NodeId> hint) {
    CommandOutcome.RefusedBecause because =
        switch (why) {
          case NOT_LEADER, NO_QUORUM, CONFLICT, NOT_CAUGHT_UP ->
              CommandOutcome.RefusedBecause.NO_LEADER;
          case BUSY -> CommandOutcome.RefusedBecause.BUSY;
        };
    return new CommandOutcome.Refused(because, hint, why.toString());
  }
}
