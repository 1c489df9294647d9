package org.volvox.base.machine;

import java.util.List;
import org.volvox.base.Bytes;

/** What a command did: its result for the caller, and the store keys that it changed. */
public record Applied(Bytes result, List<Bytes> changed) {
  public Applied {
    changed = List.copyOf(changed);
  }
}
