package org.volvox.node.group;

import java.time.Duration;

/** The bounds of a group's shell, each with its reason. */
final class GroupLimits {
  /** Commands that wait for the group's turn; beyond it a caller is told that the node is busy. */
  static final int PROPOSALS_MAX = 8192;

  /** Bytes of those commands: a fraction of the 256 MB heap. */
  static final long PROPOSAL_BYTES_MAX = 16L << 20;

  /** Messages from peers that wait; Raft sends again what is dropped. */
  static final int MESSAGES_MAX = 8192;

  /** Bytes of entries in them: what a leader sends ahead of one follower's answers. */
  static final long MESSAGE_BYTES_MAX = 16L << 20;

  /** Reads that wait for the group's turn; the core has a bound of its own. */
  static final int READS_MAX = 8192;

  /** What one turn takes, so that a timer never waits long. */
  static final int DRAIN_MAX = 1024;

  /** Entries kept in memory between their write and their apply; the rest comes from the log. */
  static final long RECENT_BYTES_MAX = 16L << 20;

  /** What is applied in one batch of the store. */
  static final int APPLY_ENTRIES_MAX = 512;

  static final int APPLY_BYTES_MAX = 2 << 20;

  /** Applied state that a restart replays from the log at most, in time. */
  static final Duration FLUSH_EVERY = Duration.ofSeconds(10);

  private GroupLimits() {}
}
