package org.volvox.client;

import org.volvox.base.Api;
import org.volvox.base.SessionId;

/**
 * Names one command for ever; repeating a command under its id takes effect at most once. Printed
 * as s512.3: session, number within it.
 */
@Api
public record RequestId(SessionId session, long seq) {
  public RequestId {
    if (session.equals(SessionId.NONE) || seq < 1) {
      throw new IllegalArgumentException("no request: session " + session + ", number " + seq);
    }
  }

  /** Reads what {@link #toString} gives. */
  public static RequestId parse(String text) {
    int dot = text.indexOf('.');
    try {
      if (text.startsWith("s") && dot > 1) {
        long session = Long.parseLong(text.substring(1, dot));
        return new RequestId(new SessionId(session), Long.parseLong(text.substring(dot + 1)));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a request id such as s512.3: " + text, e);
    }
    throw new IllegalArgumentException("not a request id such as s512.3: " + text);
  }

  @Override
  public String toString() {
    return session + "." + seq;
  }
}
