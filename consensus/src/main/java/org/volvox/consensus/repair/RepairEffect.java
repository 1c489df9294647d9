package org.volvox.consensus.repair;

import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;

/** What a repair wants done, in order. */
public sealed interface RepairEffect {
  record Send(NodeId to, RepairMessage.Ask ask) implements RepairEffect {}

  /**
   * A snapshot of at least that index is to be fetched from any member; said again until there is
   * one.
   */
  record FetchSnapshot(LogIndex atLeast) implements RepairEffect {}

  /**
   * The log is whole: it is to be written, and the snapshot that was fetched last, if any, becomes
   * the state. Said once, and nothing after it.
   */
  record Done() implements RepairEffect {}
}
