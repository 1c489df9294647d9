package org.volvox.calls;

/** How far a call had come when it failed; error messages name it. */
public enum CallPhase {
  /** No transport connection: refused, unreachable or timed out. */
  CONNECT,
  /** The connection was not secured: certificate, version or cluster. */
  TLS,
  /** The two ends did not agree on protocol, cluster or incarnation. */
  HELLO,
  /** The call itself. */
  CALL
}
