package org.volvox.calls.service;

import java.util.TreeSet;

/**
 * The numbers of one caller's requests (Lee and others 2015, RIFL): each takes the next and keeps
 * it through all attempts. A host keeps its answers from the lowest open one on, so one request
 * that stays open long holds the others back: a caller may have several of these, each with a
 * CallerId of its own. Any thread may call it.
 */
public final class OpenRequests {
  private final CallerId caller;
  private final int openMax;
  private final int spanMax;
  private final ServiceRules rules;
  private final TreeSet<Long> open = new TreeSet<>();
  private long next = 1;

  /**
   * @param openMax how many may be open at a time
   * @param spanMax how far one may run ahead of the lowest that is open
   */
  public OpenRequests(CallerId caller, int openMax, int spanMax, ServiceRules rules) {
    if (openMax < 1 || spanMax < openMax) {
      throw new IllegalArgumentException(openMax + " open requests in a span of " + spanMax);
    }
    this.caller = caller;
    this.openMax = openMax;
    this.spanMax = spanMax;
    this.rules = rules;
  }

  public CallerId caller() {
    return caller;
  }

  /** Whether {@link #begin} may be called. */
  public synchronized boolean hasRoom() {
    return open.size() < openMax && next - lowest() < spanMax;
  }

  /** The key of a new request. */
  public synchronized RequestKey begin() {
    if (!hasRoom()) {
      throw new IllegalStateException(
          "caller " + caller + " has " + open.size() + " open requests, the lowest " + lowest());
    }
    open.add(next);
    return new RequestKey(caller, next++);
  }

  /** The request is answered or given up: no attempt at it will be made any more. */
  public synchronized void end(RequestKey key) {
    if (!open.remove(key.seq())) {
      throw new IllegalArgumentException("no open request " + key);
    }
    if (!rules.numbersOnce() && open.isEmpty()) {
      next = key.seq();
    }
  }

  /** The lowest number whose answer may still be asked for; what each request says. */
  public synchronized long lowestUnanswered() {
    return rules.keepsOpen() || open.isEmpty() ? lowest() : open.last();
  }

  private long lowest() {
    return open.isEmpty() ? next : open.first();
  }

  /** How many are open. */
  public synchronized int open() {
    return open.size();
  }
}
