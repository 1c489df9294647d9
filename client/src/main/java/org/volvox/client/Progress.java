package org.volvox.client;

import org.volvox.base.Api;

/** Is told how a transfer goes, from the transferring threads; must return at once. */
@Api
@FunctionalInterface
public interface Progress {
  Progress NONE = (done, total) -> {};

  /** So many bytes of the total are over. */
  void on(long doneBytes, long totalBytes);
}
