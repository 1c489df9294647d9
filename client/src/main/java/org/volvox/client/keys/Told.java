package org.volvox.client.keys;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.volvox.base.Api;
import org.volvox.base.NodeId;

/**
 * What one node says of data that merges.
 *
 * @param node which said so
 * @param silent the other nodes whose latest changes may be missing in it
 */
@Api
public record Told<T>(T value, NodeId node, List<Silent> silent) {
  /** A node that the one asked has heard nothing from, for so long. */
  @Api
  public record Silent(NodeId node, Duration age) {}

  public Told {
    silent = List.copyOf(silent);
  }

  /** Whether all nodes were heard from: what is missing is younger than a moment. */
  public boolean isWhole() {
    return silent.isEmpty();
  }

  <R> Told<R> map(Function<T, R> change) {
    return new Told<>(change.apply(value), node, silent);
  }
}
