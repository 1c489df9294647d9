package org.volvox.calls;

/**
 * What a frame is for; codes on the wire are never reused. A call of one message each way is two
 * frames between ends that both speak version 2 of the protocol ({@link Hello}), and four else:
 *
 * <pre>
 * version 2   OPEN with the message          DATA with COMPLETES
 * version 1   OPEN, DATA with END_STREAM     DATA, CLOSE
 * </pre>
 */
public enum FrameKind {
  /** First frame of each side. Payload: see {@link Hello}. */
  HELLO(1),
  /**
   * Opens a call. Payload: u16 method, u64 nanoseconds to the deadline, 0 for none. With the flags
   * END_MESSAGE and END_STREAM, which come together or not at all, what is behind these fields is
   * the caller's whole and only message; it takes as much credit as a DATA frame of it would. Only
   * in version 2.
   */
  OPEN(2),
  /**
   * A fragment of a message of a call; flags tell the last of a message and of the stream, and that
   * the call ends well with it.
   */
  DATA(3),
  /** The receiver of a call's data grants more. Payload: u32 bytes. */
  CREDIT(4),
  /** The caller gives up. No payload. */
  CANCEL(5),
  /** The callee ends the call, unless COMPLETES did. Payload: u8 status, text. */
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
