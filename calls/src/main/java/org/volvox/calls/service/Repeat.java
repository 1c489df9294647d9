package org.volvox.calls.service;

/** Where a request may be tried again whose attempt may have run; any may if none has. */
public enum Repeat {
  /** At any instance: to run it twice is as good as once. */
  ANYWHERE,
  /** By the same key at the same instance, which runs it once. */
  SAME,
  /** Nowhere: what it consumed, as a stream of arguments, is gone. */
  NEVER
}
