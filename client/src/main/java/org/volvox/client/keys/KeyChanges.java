package org.volvox.client.keys;

import java.util.List;
import org.volvox.base.Api;
import org.volvox.base.syscall.KeyEvent;

/**
 * All changes that one revision made in a watched range: the whole of a transaction, never a part.
 */
@Api
public record KeyChanges(long revision, List<KeyEvent> events) {
  public KeyChanges {
    events = List.copyOf(events);
  }
}
