package org.volvox.base;

import java.util.Optional;

/**
 * Hands out the bytes that a node may use for blocks, calls and journals; nothing left means busy,
 * and who asks refuses or waits. The one owner of memory whose amount outsiders decide. Any thread
 * may call it.
 */
public final class MemoryBudget {
  private final long bytesMax;
  private long bytesOut;

  /** Bytes taken from a budget; closing gives them back, once. */
  public static final class Grant implements AutoCloseable {
    private final MemoryBudget budget;
    private final long bytes;
    private boolean returned;

    private Grant(MemoryBudget budget, long bytes) {
      this.budget = budget;
      this.bytes = bytes;
    }

    public ByteCount bytes() {
      return new ByteCount(bytes);
    }

    @Override
    public void close() {
      synchronized (budget) {
        if (!returned) {
          returned = true;
          budget.bytesOut -= bytes;
        }
      }
    }
  }

  public MemoryBudget(ByteCount max) {
    bytesMax = max.bytes();
  }

  /** Takes so many bytes, or nothing: empty means busy. */
  public synchronized Optional<Grant> take(ByteCount wanted) {
    if (wanted.bytes() > bytesMax - bytesOut) {
      return Optional.empty();
    }
    bytesOut += wanted.bytes();
    return Optional.of(new Grant(this, wanted.bytes()));
  }

  /**
   * Takes a share for good, as each part of a node does once: no part can starve another. To want
   * more than is left is our mistake.
   */
  public MemoryBudget part(ByteCount wanted) {
    Optional<Grant> share = take(wanted);
    Invariant.check(share.isPresent(), "a share of memory is not left", wanted, left());
    return new MemoryBudget(wanted);
  }

  public synchronized ByteCount left() {
    return new ByteCount(bytesMax - bytesOut);
  }
}
