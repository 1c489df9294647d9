package org.volvox.base.syscall;

import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** A question about the replicated state; it changes nothing. */
public sealed interface Ask
    permits SessionAsk, ProcessAsk, FileAsk, RegisterAsk, ServiceAsk, KeyAsk {
  int type();

  /** The encoded arguments, a version byte first. */
  Bytes body();

  static Ask decode(int type, Bytes body) throws MalformedException {
    return switch (type >>> 8) {
      case SessionCall.RANGE -> SessionAsk.decode(type, body);
      case ProcessCall.RANGE -> ProcessAsk.decode(type, body);
      case FileCall.RANGE -> FileAsk.decode(type, body);
      case RegisterCall.RANGE -> RegisterAsk.decode(type, body);
      case ServiceCall.RANGE -> ServiceAsk.decode(type, body);
      case KeyCall.RANGE -> KeyAsk.decode(type, body);
      default -> throw Wire.unknown("question", type);
    };
  }
}
