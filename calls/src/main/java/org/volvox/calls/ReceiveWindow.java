package org.volvox.calls;

import org.volvox.base.MalformedException;

/**
 * What one call's peer may still send, counted in bytes of whole frames. A message bigger than the
 * window gets credit for what it already sent only while it holds one of the connection's few
 * permits for big messages, so memory stays bounded by permits and not by calls.
 *
 * <pre>
 * granted     credit that the peer has not used yet
 * unconsumed  bytes of whole messages that the owner has not taken
 * partial     bytes of the message that is still arriving
 * </pre>
 *
 * At most a message and two windows are ever held for a call.
 */
final class ReceiveWindow {
  private static final int WINDOW = ConnectionLimits.WINDOW_BYTES;

  private int granted = WINDOW;
  private int unconsumed;
  private int partial;
  private boolean isBig;

  /** A frame of so many bytes arrived. */
  void onFrame(int bytes) throws MalformedException {
    if (bytes > granted) {
      throw new MalformedException("frame of " + bytes + " bytes, credit was " + granted);
    }
    granted -= bytes;
    partial += bytes;
  }

  /** The message is whole; returns the bytes to give to {@link #onConsumed} for it. */
  int onMessageEnd() {
    int bytes = partial;
    unconsumed += partial;
    partial = 0;
    isBig = false;
    return bytes;
  }

  void onConsumed(int bytes) {
    unconsumed = Math.max(0, unconsumed - bytes);
  }

  /** Whether the message that is arriving can only go on with a permit for big messages. */
  boolean wantsPermit() {
    return !isBig && partial > 0 && granted < WINDOW / 4 && unconsumed < WINDOW / 2;
  }

  void onPermit() {
    isBig = true;
  }

  boolean holdsPermit() {
    return isBig;
  }

  /** Credit to send to the peer now; 0 while it is not worth a frame. */
  int takeCredit() {
    int wanted = isBig ? WINDOW : Math.max(0, WINDOW - unconsumed - partial);
    int credit = wanted - granted;
    if (credit < WINDOW / 2) {
      return 0;
    }
    granted += credit;
    return credit;
  }
}
