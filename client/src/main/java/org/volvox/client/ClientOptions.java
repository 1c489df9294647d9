package org.volvox.client;

import java.time.Duration;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.NodeId;

/**
 * How to use a cluster.
 *
 * @param entry enter through this node only; empty: any that answers
 * @param timeout how long one command, query or block may take in all, elections included
 * @param request repeat this request instead of beginning a new one: the first command carries it
 * @param label what the session is called in listings
 * @param staleReads read what the entry node knows by itself, even without a quorum, which may be
 *     behind; {@link Volvox#staleness} says how far
 */
@Api
public record ClientOptions(
    Optional<NodeId> entry,
    Duration timeout,
    Optional<RequestId> request,
    String label,
    boolean staleReads) {
  public static final ClientOptions DEFAULT =
      new ClientOptions(
          Optional.empty(), Duration.ofSeconds(30), Optional.empty(), "client", false);

  public ClientOptions {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout of no time: " + timeout);
    }
  }

  public ClientOptions through(NodeId node) {
    return new ClientOptions(Optional.of(node), timeout, request, label, staleReads);
  }

  public ClientOptions within(Duration span) {
    return new ClientOptions(entry, span, request, label, staleReads);
  }

  public ClientOptions withStaleReads() {
    return new ClientOptions(entry, timeout, request, label, true);
  }
}
