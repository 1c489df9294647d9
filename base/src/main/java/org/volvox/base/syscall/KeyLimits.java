package org.volvox.base.syscall;

/** The bounds of key spaces, each with its reason. */
public final class KeyLimits {
  /** A space's name is a file's name, so that it can be one. */
  public static final int NAME_BYTES_MAX = FileLimits.NAME_BYTES_MAX;

  /** Each node looks all of them through when one ends. */
  public static final int SPACES_MAX = 1024;

  /** A key is part of several keys of the store. */
  public static final int KEY_BYTES_MAX = 4096;

  /** Half of a command: a transaction has room for a value and what it is compared with. */
  public static final int VALUE_BYTES_MAX = 512 << 10;

  /** Comparisons of one transaction, and acts of each of its branches; as etcd's default. */
  public static final int PER_BRANCH_MAX = 128;

  /** Keys that one call deletes: each is a change of its own in one batch of the store. */
  public static final int DELETED_MAX = 10_000;

  /** What a call answers is kept until its client has acknowledged it, for thousands of calls. */
  public static final int OUTCOME_BYTES_MAX = 768 << 10;

  /** Rows in one answer. */
  public static final int PAGE_MAX = 1000;

  /** Bytes of rows in one answer, but for the last: a quarter of a message's 4 MiB. */
  public static final int PAGE_BYTES_MAX = 1 << 20;

  /** Rows that one read looks at: it holds a view of the store for so long. */
  public static final int LOOKED_MAX = 100_000;

  /**
   * Rows before, of one revision, that a watch is told, but for the last: a revision is told whole,
   * and may have deleted thousands of large values.
   */
  public static final int OLD_BYTES_MAX = 16 << 20;

  /** What a space holds at most unless its creator says otherwise: keys and current values. */
  public static final long SPACE_BYTES_DEFAULT = 1L << 30;

  /** Revisions whose history is kept unless the creator says otherwise. */
  public static final long HISTORY_DEFAULT = 100_000;

  /** More would make every read of the past, and every new node, slow. */
  public static final long HISTORY_MAX = 10_000_000;

  /** Leases alive at once in a cluster: the leader looks through those that are due. */
  public static final int LEASES_MAX = 100_000;

  /** Keys of one lease: they are deleted in one batch when it ends. */
  public static final int KEYS_PER_LEASE_MAX = 10_000;

  /** A shorter life would expire within one election. */
  public static final long TTL_MILLIS_MIN = 1_000;

  /** As etcd's, about 285 years; what lives longer needs no lease. */
  public static final long TTL_MILLIS_MAX = 9_000_000_000_000L;

  private KeyLimits() {}
}
