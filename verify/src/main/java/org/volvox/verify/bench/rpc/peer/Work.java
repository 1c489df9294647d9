package org.volvox.verify.bench.rpc.peer;

/** What a caller does again and again. */
public enum Work {
  /** Sends bytes and gets them back, by a method as it is written without further thought. */
  ECHO,
  /** The same by a method that says of itself that it is short and may run twice. */
  BRIEF,
  /** Two numbers there, one back, by a method of these types. */
  ADD,
  /** Gets a stream of items. */
  DOWN,
  /** Sends a stream of items and hears how many came. */
  UP;

  /** Bytes of an item of a stream. */
  public static final int ITEM_BYTES = 64 * 1024;

  /** Items of a stream: 8 MiB in all. */
  public static final int ITEMS = 128;
}
