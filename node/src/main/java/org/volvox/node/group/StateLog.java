package org.volvox.node.group;

import org.volvox.base.LogIndex;

/** The log behind a state, as it looks to whoever makes that durable. */
public interface StateLog {
  /** What is applied to the store. */
  LogIndex applied();

  /** Whether the log waits for the store to be durable, to be shortened. */
  boolean isLogTooBig();

  /**
   * The store is durable up to there and takes so many bytes: the log may be shortened up to there
   * if it is too big.
   */
  void flushed(LogIndex index, long stateBytes);
}
