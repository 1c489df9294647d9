package org.volvox.calls;

import java.util.Optional;

/** Which of the connections of a pair this is, so that nothing big delays a heartbeat. */
public enum Lane {
  /** One-way consensus messages. */
  CONSENSUS(1),
  /** Calls that are small and wanted soon. */
  CALLS(2),
  /** Blocks and other bulk. */
  DATA(3),
  /** A client's one connection to its entry node. */
  CLIENT(4);

  private final int code;

  Lane(int code) {
    this.code = code;
  }

  /** The code on the wire, a u8. */
  public int code() {
    return code;
  }

  public static Optional<Lane> of(int code) {
    for (Lane lane : values()) {
      if (lane.code == code) {
        return Optional.of(lane);
      }
    }
    return Optional.empty();
  }
}
