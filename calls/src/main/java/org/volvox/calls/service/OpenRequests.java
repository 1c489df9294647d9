package org.volvox.calls.service;

import java.util.BitSet;

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

  /** A number's place is what is left of it by the span, which no two that are open share. */
  private final BitSet open = new BitSet();

  private int count;
  private long lowest = 1;
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
    return count < openMax && next - lowest < spanMax;
  }

  /** The key of a new request. */
  public synchronized RequestKey begin() {
    if (!hasRoom()) {
      throw new IllegalStateException(
          "caller " + caller + " has " + count + " open requests, the lowest " + lowest);
    }
    open.set(place(next));
    count++;
    return new RequestKey(caller, next++);
  }

  /** The request is answered or given up: no attempt at it will be made any more. */
  public synchronized void end(RequestKey key) {
    long seq = key.seq();
    if (seq < lowest || seq >= next || !open.get(place(seq))) {
      throw new IllegalArgumentException("no open request " + key);
    }
    open.clear(place(seq));
    count--;
    if (!rules.numbersOnce() && count == 0) {
      next = seq;
    }
    while (lowest < next && !open.get(place(lowest))) {
      lowest++;
    }
    lowest = Math.min(lowest, next);
  }

  private int place(long seq) {
    return (int) (seq % spanMax);
  }

  /** The lowest number whose answer may still be asked for; what each request says. */
  public synchronized long lowestUnanswered() {
    return rules.keepsOpen() || count == 0 ? lowest : highest();
  }

  private long highest() {
    long highest = next - 1;
    while (!open.get(place(highest))) {
      highest--;
    }
    return highest;
  }

  /** How many are open. */
  public synchronized int open() {
    return count;
  }
}
