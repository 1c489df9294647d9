package org.volvox.base.syscall;

import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * The answer to a call or a question: u8 version, u8 status, text, bytes body. {@code text} is for
 * people and names the thing; it is empty when all went well. The body's form is the call's.
 */
public record Result(Status status, String text, Bytes body) {
  public static final Result DONE = new Result(Status.OK, "", Bytes.EMPTY);

  public static Result ok(Bytes body) {
    return new Result(Status.OK, "", body);
  }

  public static Result refused(Status status, String text) {
    return new Result(status, text, Bytes.EMPTY);
  }

  /** The refusal of a request that did not follow its format. */
  public static Result malformed(MalformedException cause) {
    return refused(Status.MALFORMED, String.valueOf(cause.getMessage()));
  }

  public boolean isOk() {
    return status == Status.OK;
  }

  public Bytes encode() {
    return new ByteWriter(16 + text.length() + body.length())
        .u8(Wire.VERSION)
        .u8(status.code())
        .text(text)
        .bytes(body)
        .toBytes();
  }

  public static Result decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes, "result", in -> new Result(Status.ofCode(in.u8()), in.text(), in.bytes()));
  }
}
