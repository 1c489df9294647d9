package org.volvox.calls;

/** What a frame is for; codes on the wire are never reused. */
public enum FrameKind {
  /** First frame of each side. Payload: see {@link Hello}. */
  HELLO(1),
  /** Opens a call. Payload: u16 method, u64 nanoseconds to the deadline, 0 for none. */
  OPEN(2),
  /** A fragment of a message of a call; flags tell the last of a message and of the stream. */
  DATA(3),
  /** The receiver of a call's data grants more. Payload: u32 bytes. */
  CREDIT(4),
  /** The caller gives up. No payload. */
  CANCEL(5),
  /** The callee ends the call. Payload: u8 status, text. */
  CLOSE(6),
  /** Asks for a PONG with the same payload. */
  PING(7),
  PONG(8),
  /** No new calls, please; any status but OK closes at once. Payload: u8 status, text. */
  GO_AWAY(9),
  /** A fragment of a one-way message; call is its number. */
  MESSAGE(10);

  private static final FrameKind[] KINDS = values();

  private final int code;

  FrameKind(int code) {
    this.code = code;
  }

  /** The code on the wire, a u8. */
  public int code() {
    return code;
  }

  static boolean exists(int code) {
    return code >= 1 && code <= KINDS.length;
  }

  /** The kind of a code that exists: they count from 1 in order. */
  static FrameKind of(int code) {
    return KINDS[code - 1];
  }
}
