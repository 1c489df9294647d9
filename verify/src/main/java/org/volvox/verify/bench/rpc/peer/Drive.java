package org.volvox.verify.bench.rpc.peer;

/** How callers wait. */
public enum Drive {
  /** Each on a thread of the system. */
  PLATFORM,
  /** Each on a virtual thread. */
  VIRTUAL,
  /** On none: the next call is made where the answer arrives. */
  CALLBACKS
}
