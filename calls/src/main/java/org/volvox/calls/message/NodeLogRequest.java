package org.volvox.calls.message;

import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * What a LOG_READ call asks of a node: the last bytes of the text that it writes about itself. The
 * answer is messages of UTF-8 text in order. u8 version, u32 bytes at most.
 */
public record NodeLogRequest(int bytesMax) {
  public Bytes encode() {
    return Versions.writer(5).u32(bytesMax).toBytes();
  }

  public static NodeLogRequest decode(Bytes bytes) throws MalformedException {
    ByteReader in = Versions.reader(bytes, "log request");
    int bytesMax = in.u32();
    in.end();
    if (bytesMax < 0) {
      throw new MalformedException("log request of " + bytesMax + " bytes");
    }
    return new NodeLogRequest(bytesMax);
  }
}
