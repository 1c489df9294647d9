package org.volvox.calls.service;

import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.calls.message.Versions;

/**
 * One attempt at one request: u8 version, 16 bytes target, 16 bytes caller, u64 seq, u64 lowest
 * unanswered, u32 selector, u8 flags (1 repeated, 2 stream, 4 steps), u64 trace, u64 span, text on
 * behalf of, bytes arguments.
 *
 * @param target whom it is for: another instance may listen at that address by now
 * @param lowestUnanswered all smaller seqs of this caller are answered or given up: the host may
 *     forget what it answered to them
 * @param selector the method: CRC-32C of its name and the types of its parameters, as a schema
 *     writes them
 * @param onBehalfOf for whom the caller asks, as it says; empty: for itself
 * @param arguments in the host's schema
 */
public record InvokeRequest(
    InstanceId target,
    RequestKey key,
    long lowestUnanswered,
    int selector,
    Flags flags,
    TraceContext trace,
    String onBehalfOf,
    Bytes arguments) {
  private static final int FIXED_BYTES = 1 + 16 + 16 + 8 + 8 + 4 + 1 + 16 + 4 + 4;

  /**
   * What else there is to say about an attempt.
   *
   * @param isRepeated an attempt before this one was made at the same instance
   * @param hasStream items of arguments follow
   * @param wantsSteps the answer shall say what took how long
   */
  public record Flags(boolean isRepeated, boolean hasStream, boolean wantsSteps) {
    /** The first attempt, nothing else. */
    public static final Flags NONE = new Flags(false, false, false);

    private static final int REPEATED = 1;
    private static final int STREAM = 2;
    private static final int STEPS = 4;

    private int encode() {
      return (isRepeated ? REPEATED : 0) | (hasStream ? STREAM : 0) | (wantsSteps ? STEPS : 0);
    }

    private static Flags decode(int bits) throws MalformedException {
      if ((bits & ~(REPEATED | STREAM | STEPS)) != 0) {
        throw new MalformedException("request to a service with unknown flags " + bits);
      }
      return new Flags((bits & REPEATED) != 0, (bits & STREAM) != 0, (bits & STEPS) != 0);
    }
  }

  public InvokeRequest {
    if (lowestUnanswered < 1 || lowestUnanswered > key.seq()) {
      throw new IllegalArgumentException(
          "request " + key + " while the lowest unanswered is " + lowestUnanswered);
    }
  }

  public Bytes encode() {
    int room = FIXED_BYTES + onBehalfOf.length() + arguments.length();
    return Versions.writer(room)
        .u64(target.high())
        .u64(target.low())
        .u64(key.caller().high())
        .u64(key.caller().low())
        .u64(key.seq())
        .u64(lowestUnanswered)
        .u32(selector)
        .u8(flags.encode())
        .u64(trace.trace())
        .u64(trace.span())
        .text(onBehalfOf)
        .bytes(arguments)
        .toBytes();
  }

  public static InvokeRequest decode(Bytes bytes) throws MalformedException {
    ByteReader in = Versions.reader(bytes, "request to a service");
    InstanceId target = InstanceId.decode(in);
    CallerId caller = new CallerId(in.u64(), in.u64());
    long seq = in.u64();
    long lowestUnanswered = in.u64();
    if (lowestUnanswered < 1 || lowestUnanswered > seq) {
      throw new MalformedException(
          "request " + seq + " to a service, lowest unanswered " + lowestUnanswered);
    }
    InvokeRequest request =
        new InvokeRequest(
            target,
            new RequestKey(caller, seq),
            lowestUnanswered,
            in.u32(),
            Flags.decode(in.u8()),
            new TraceContext(in.u64(), in.u64()),
            in.text(),
            in.bytes());
    in.end();
    return request;
  }
}
