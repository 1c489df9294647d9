package org.volvox.base.syscall;

/** The bounds of the file system, each with its reason; nodes and clients keep to the same. */
public final class FileLimits {
  /** As on every Unix; in bytes of UTF-8. */
  public static final int NAME_BYTES_MAX = 255;

  /** PATH_MAX of Linux. */
  public static final int PATH_BYTES_MAX = 4096;

  /** A block fits one message and a node's memory many times over. */
  public static final int BLOCK_BYTES_MAX = 4 << 20;

  /** Small enough that a log entry with it costs no more than a round trip to the block stores. */
  public static final int INLINE_BYTES_MAX = 16 << 10;

  /** Enough to spread blocks evenly over 7 nodes, few enough that the table is one small row. */
  public static final int GROUPS = 64;

  /** Copies of each block, when there are as many nodes. */
  public static final int COPIES = 3;

  /** A page of rows stays far below the 4 MiB of a message. */
  public static final int PAGE_MAX = 4096;

  /** Ids taken at once; 4 GiB of blocks, so that one command serves most files. */
  public static final int ALLOCATE_MAX = 1024;

  /** Blocks recorded at once: below 256 KiB of command at three holders each. */
  public static final int APPEND_MAX = 4096;

  /** A client's fingerprint of what it uploads. */
  public static final int TOKEN_BYTES_MAX = 64;

  /** SHA-256. */
  public static final int DIGEST_BYTES = 32;

  /** How long a removed file's blocks stay for its readers, and a broken upload for its client. */
  public static final long GRACE_MILLIS = 10 * 60 * 1000L;

  /** How long a backup that died may keep deletions back; a living one renews its hold. */
  public static final long HOLD_MILLIS_MAX = 60 * 1000L;

  /** A restart, an update or a cable takes less, and copying all of a node's blocks more. */
  public static final long HEAL_AFTER_MILLIS = 5 * 60 * 1000L;

  /** Below this a node that is only slow would count as gone. */
  public static final long HEAL_AFTER_MILLIS_MIN = 2000;

  /** What each node fetches of what it lacks; see ADR 0011 for what that does to clients. */
  public static final long HEAL_BYTES_PER_SECOND = 32L << 20;

  /** A block of the largest takes half a minute then; slower would never end. */
  public static final long HEAL_BYTES_PER_SECOND_MIN = 128 << 10;

  private FileLimits() {}
}
