package org.volvox.node.group;

import org.volvox.base.LogIndex;
import org.volvox.calls.CommandOutcome.RefusedBecause;

/** What a wish to read linearizably came to. */
public sealed interface ReadGate {
  /** The store holds at least {@code index}: what it says now is current enough. */
  record Open(LogIndex index) implements ReadGate {}

  /** This node cannot promise a current answer. */
  record Shut(RefusedBecause why, String reason) implements ReadGate {}
}
