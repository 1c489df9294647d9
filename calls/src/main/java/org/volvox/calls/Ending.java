package org.volvox.calls;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Payload of CLOSE and GO_AWAY frames: u8 status, then text. */
record Ending(CallStatus status, String text) {
  /** Longer reasons are cut: a reason must fit a frame and a screen. */
  private static final int TEXT_CHARS_MAX = 2000;

  Bytes encode() {
    String shown = text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX);
    return new ByteWriter().u8(status.code()).text(shown).toBytes();
  }

  static Ending decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    // A code of a later version is a failure all the same.
    CallStatus status = CallStatus.of(in.u8()).orElse(CallStatus.FAILED);
    Ending ending = new Ending(status, in.text());
    in.end();
    return ending;
  }
}
