package org.volvox.calls.service;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.message.Versions;

/** What a host says to one attempt: u8 version, u8 kind, then the fields in order. */
public sealed interface InvokeAnswer {
  /** It ran: kind 0, bool whether there are steps, the steps, bytes value in the host's schema. */
  record Returned(Bytes value, Optional<Steps> steps) implements InvokeAnswer {}

  /** It ran and threw: kind 1, bytes of the exception as the marshaller wrote it. */
  record Threw(Bytes exception) implements InvokeAnswer {}

  /** This attempt did not run it: kind 2, u8 reason, text for people. */
  record NotRun(Reason reason, String text) implements InvokeAnswer {
    /** Why not, by its code on the wire. */
    public enum Reason {
      /** Another program listens there now, or this one has ended that binding. */
      UNKNOWN_INSTANCE(0, true),
      /** The instance's schema has no such method. */
      UNKNOWN_METHOD(1, false),
      /** A bound on what runs or is kept was reached. */
      BUSY(2, true),
      /** The instance takes no more requests. */
      STOPPING(3, true),
      /** Bytes that the schema does not read. */
      BAD_ARGUMENTS(4, false),
      /** It may have run long ago: the answer is kept no more, and it is not run again. */
      FORGOTTEN(5, false),
      /** The instance says that it is not fit to serve now. */
      NOT_HEALTHY(6, true),
      /** The caller may not call this. */
      NOT_ALLOWED(7, false);

      private final int code;
      private final boolean worthAnother;

      Reason(int code, boolean worthAnother) {
        this.code = code;
        this.worthAnother = worthAnother;
      }

      /** Whether another instance, or the same one later, may well run it. */
      public boolean isWorthAnother() {
        return worthAnother;
      }

      private static Reason ofCode(int code) throws MalformedException {
        for (Reason reason : values()) {
          if (reason.code == code) {
            return reason;
          }
        }
        throw new MalformedException("unknown reason not to run: " + code);
      }
    }
  }

  /**
   * What took how long at the host: u64 nanoseconds each of reading the arguments, of running and
   * of writing the result, u64 each the host's Lamport clock when the request came and when the
   * answer went.
   */
  record Steps(
      long unpackNanos, long runNanos, long packNanos, long receivedClock, long sentClock) {
    private void write(ByteWriter out) {
      out.u64(unpackNanos).u64(runNanos).u64(packNanos).u64(receivedClock).u64(sentClock);
    }

    private static Steps read(ByteReader in) throws MalformedException {
      return new Steps(in.u64(), in.u64(), in.u64(), in.u64(), in.u64());
    }
  }

  default Bytes encode() {
    ByteWriter out = Versions.writer(64);
    switch (this) {
      case Returned(var value, var steps) -> {
        out.u8(0).bool(steps.isPresent());
        steps.ifPresent(each -> each.write(out));
        out.bytes(value);
      }
      case Threw(var exception) -> out.u8(1).bytes(exception);
      case NotRun(var reason, var text) -> out.u8(2).u8(reason.code).text(text);
    }
    return out.toBytes();
  }

  static InvokeAnswer decode(Bytes bytes) throws MalformedException {
    ByteReader in = Versions.reader(bytes, "answer of a service");
    int kind = in.u8();
    InvokeAnswer answer =
        switch (kind) {
          case 0 -> {
            Optional<Steps> steps = in.bool() ? Optional.of(Steps.read(in)) : Optional.empty();
            yield new Returned(in.bytes(), steps);
          }
          case 1 -> new Threw(in.bytes());
          case 2 -> new NotRun(NotRun.Reason.ofCode(in.u8()), in.text());
          default -> throw new MalformedException("answer of a service of kind " + kind);
        };
    in.end();
    return answer;
  }
}
