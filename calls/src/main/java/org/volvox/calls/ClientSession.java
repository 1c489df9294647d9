package org.volvox.calls;

import java.util.TreeSet;
import org.volvox.base.SessionId;

/**
 * The numbers of a client's requests (Ongaro's thesis, section 6.3): each request takes the next
 * seq and keeps it through all its repetitions; results below the lowest unacknowledged one may be
 * forgotten by the cluster. Not thread-safe: its owner guards it.
 */
public final class ClientSession {
  private final SessionId id;
  private final int openMax;
  private final int spanMax;
  private final TreeSet<Long> open = new TreeSet<>();
  private long nextSeq = 1;

  /**
   * @param openMax how many requests may be open at a time
   * @param spanMax how far a request may run ahead of the lowest that is not acknowledged: the
   *     cluster keeps the results from there on, and not more than its own limit
   */
  public ClientSession(SessionId id, int openMax, int spanMax) {
    if (openMax < 1) {
      throw new IllegalArgumentException("no open requests allowed: " + openMax);
    }
    if (spanMax < openMax) {
      throw new IllegalArgumentException("a span of " + spanMax + " is less than " + openMax);
    }
    this.id = id;
    this.openMax = openMax;
    this.spanMax = spanMax;
  }

  public SessionId id() {
    return id;
  }

  /** Whether {@link #begin} may be called. */
  public boolean hasRoom() {
    return open.size() < openMax && nextSeq - lowestUnacknowledged() < spanMax;
  }

  /** The seq of a new request, from 1. */
  public long begin() {
    if (!hasRoom()) {
      throw new IllegalStateException("session " + id + " has too many open requests");
    }
    open.add(nextSeq);
    return nextSeq++;
  }

  /** The request's result is known and will not be asked for again. */
  public void acknowledge(long seq) {
    if (!open.remove(seq)) {
      throw new IllegalArgumentException("session " + id + " has no open request " + seq);
    }
  }

  /** The lowest seq whose result may still be asked for. */
  public long lowestUnacknowledged() {
    return open.isEmpty() ? nextSeq : open.first();
  }
}
