package org.volvox.sim.net;

import java.util.Arrays;
import org.volvox.base.Prng;

/**
 * The links of up to 32 endpoints. It decides each message's fate; the world schedules deliveries
 * and asks {@link #isCut} again when one arrives. Sets of endpoints are bit masks.
 */
public final class VirtualNetwork {
  public static final int ENDPOINTS_MAX = 32;

  private final Prng prng;
  private final int endpoints;
  private final int[] cutTo;
  private final int[] lastArrival;
  private final int[] extraMicros;
  private NetworkOptions options;
  private int sent;
  private int dropped;
  private int duplicated;

  public VirtualNetwork(int endpoints, NetworkOptions options, Prng prng) {
    if (endpoints < 1 || endpoints > ENDPOINTS_MAX) {
      throw new IllegalArgumentException("1 to 32 endpoints, not " + endpoints);
    }
    this.prng = prng;
    this.endpoints = endpoints;
    this.options = options;
    cutTo = new int[endpoints];
    lastArrival = new int[endpoints * endpoints];
    extraMicros = new int[endpoints * endpoints];
  }

  public NetworkOptions options() {
    return options;
  }

  public void options(NetworkOptions changed) {
    options = changed;
  }

  public int sent() {
    return sent;
  }

  public int dropped() {
    return dropped;
  }

  public int duplicated() {
    return duplicated;
  }

  /**
   * Sends one message: returns when its copies arrive, none if it is lost. The caller may write to
   * the array.
   */
  public int[] send(int from, int to, int nowMicros) {
    sent++;
    if (isCut(from, to) || (from != to && prng.chance(options.loss()))) {
      dropped++;
      return new int[0];
    }
    if (from != to && prng.chance(options.duplicate())) {
      duplicated++;
      return new int[] {arrival(from, to, nowMicros), arrival(from, to, nowMicros)};
    }
    return new int[] {arrival(from, to, nowMicros)};
  }

  /** As {@link #send} over a connection: it may be lost with it, but never comes twice. */
  public int[] sendOnce(int from, int to, int nowMicros) {
    sent++;
    if (isCut(from, to) || prng.chance(options.loss())) {
      dropped++;
      return new int[0];
    }
    return new int[] {arrival(from, to, nowMicros)};
  }

  /** Counts a message that was cut off on its way. */
  public void droppedOnTheWay() {
    dropped++;
  }

  private int arrival(int from, int to, int nowMicros) {
    int delay = options.delayMicrosMin() + prng.below(options.delayMicrosSpread() + 1);
    if (prng.chance(options.straggle())) {
      delay += prng.below(2_000_000);
    }
    int link = from * endpoints + to;
    int at = nowMicros + delay + extraMicros[link];
    if (!options.reorders()) {
      at = Math.max(at, lastArrival[link]);
      lastArrival[link] = at;
    }
    return at;
  }

  public boolean isCut(int from, int to) {
    return (cutTo[from] >>> to & 1) != 0;
  }

  /** Cuts one direction of one link. */
  public void cut(int from, int to) {
    if (from != to) {
      cutTo[from] |= 1 << to;
    }
  }

  public void heal(int from, int to) {
    cutTo[from] &= ~(1 << to);
  }

  public void healAll() {
    Arrays.fill(cutTo, 0);
    Arrays.fill(extraMicros, 0);
  }

  /** All links of one endpoint are whole again. */
  public void rejoin(int endpoint) {
    for (int other = 0; other < endpoints; other++) {
      heal(endpoint, other);
      heal(other, endpoint);
    }
  }

  /** Nothing gets from any of {@code from} to any of {@code to}; the other direction is left. */
  public void cutOneWay(int from, int to) {
    for (int a = 0; a < endpoints; a++) {
      for (int b = 0; b < endpoints; b++) {
        if ((from >>> a & 1) != 0 && (to >>> b & 1) != 0) {
          cut(a, b);
        }
      }
    }
  }

  /** Cuts between the sets both ways; who is in both, or in none, keeps all links: a bridge. */
  public void partition(int left, int right) {
    int bridge = left & right;
    cutOneWay(left & ~bridge, right & ~bridge);
    cutOneWay(right & ~bridge, left & ~bridge);
  }

  public void isolate(int endpoint) {
    int all = endpoints == ENDPOINTS_MAX ? -1 : (1 << endpoints) - 1;
    partition(1 << endpoint, all & ~(1 << endpoint));
  }

  /** Adds to the time of one direction of a link until healed. */
  public void slow(int from, int to, int micros) {
    extraMicros[from * endpoints + to] = micros;
  }
}
