package org.volvox.base.machine;

import java.util.List;
import java.util.function.Supplier;
import org.volvox.base.Bytes;

/**
 * What a command did: its result for the caller, and the store keys that it changed, which are put
 * in order only for whoever asks.
 */
public record Applied(Bytes result, Supplier<List<Bytes>> changes) {
  /** The keys that were put or deleted, in order, each once. */
  public List<Bytes> changed() {
    return changes.get();
  }
}
