package org.volvox.node.group;

import java.io.IOException;
import org.volvox.base.LogIndex;

/**
 * How a group comes by a snapshot of a state that the others' logs no longer lead to. A fetched one
 * is told to the group.
 */
public interface Snapshots {
  /**
   * Has a snapshot staged that goes at least so far, from whoever has one; one that is under way
   * and goes so far will do. The group's loop calls it; it must not block.
   */
  void fetch(LogIndex atLeast);

  /** The staged snapshot, and what is under way, is of no use any more; must not block. */
  void drop();

  /** Makes the staged snapshot the store, durably; the apply thread calls it and waits. */
  void install(LogIndex index) throws IOException;
}
