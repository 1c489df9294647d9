package org.volvox.verify.bench.rpc.peer;

import org.volvox.verify.bench.Load;

/** A caller's connection; any number of callers share it. */
interface Line {
  /** A caller that waits for what it asked. */
  Load.Operation operation(Work work, byte[] payload);

  /** One that does not wait. */
  default Load.Begun begun(Work work, byte[] payload) {
    throw new UnsupportedOperationException("no calls without a thread");
  }

  /** Throws unless as much came back as was sent. */
  static void requireSame(int sent, int received) {
    if (sent != received) throw new IllegalStateException(sent + " sent, " + received + " back");
  }
}
