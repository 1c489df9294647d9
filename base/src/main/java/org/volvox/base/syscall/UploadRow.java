package org.volvox.base.syscall;

import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;

/** An upload under way: {@code bytes} of {@code size} are stored and recorded. */
public record UploadRow(long upload, String path, SessionId session, long size, long bytes) {
  public Bytes encode() {
    ByteWriter out = Wire.begin();
    out.u64(upload).text(path).u64(session.value()).u64(size).u64(bytes);
    return out.toBytes();
  }

  public static UploadRow decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "upload row",
        in -> new UploadRow(in.u64(), in.text(), Wire.session(in), in.u64(), in.u64()));
  }
}
