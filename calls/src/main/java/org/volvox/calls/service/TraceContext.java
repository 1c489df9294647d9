package org.volvox.calls.service;

/** Which trace a call belongs to, and which step of it the call is. */
public record TraceContext(long trace, long span) {
  /** No trace. */
  public static final TraceContext NONE = new TraceContext(0, 0);
}
