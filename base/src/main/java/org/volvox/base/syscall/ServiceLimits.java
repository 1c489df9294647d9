package org.volvox.base.syscall;

/** The bounds of the table of services, each with its reason. */
public final class ServiceLimits {
  /** A name is part of several keys of the store, and of each of its rows. */
  public static final int NAME_BYTES_MAX = 1024;

  /** As for a file. */
  public static final int COMPONENT_BYTES_MAX = FileLimits.NAME_BYTES_MAX;

  /** All of them fit one answer, and a caller chooses among them in memory. */
  public static final int INSTANCES_PER_NAME_MAX = 256;

  /** What ends with one session is deleted in one batch. */
  public static final int ROWS_PER_SESSION_MAX = 1024;

  /** Each program that watches may hold them all in memory. */
  public static final int ROWS_MAX = 8192;

  /** Encoded rows: what a node and each program that watches hold of them in memory. */
  public static final int BYTES_MAX = 8 << 20;

  /** Interfaces and addresses of one machine, with room. */
  public static final int ENDPOINTS_MAX = 8;

  /** A path of a socket is shorter, and a host name has at most 253. */
  public static final int ENDPOINT_BYTES_MAX = 255;

  /** An interface's name, a health text and the place of a program; each in bytes of UTF-8. */
  public static final int TEXT_BYTES_MAX = 255;

  /** Rows in one answer. */
  public static final int PAGE_MAX = 512;

  /** Bytes of rows in one answer, but for the last: a quarter of a message's 4 MiB. */
  public static final int PAGE_BYTES_MAX = 1 << 20;

  private ServiceLimits() {}
}
