package org.volvox.base.syscall;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/** How a process ended: u8 kind, u8 value. */
public sealed interface ProcessExit {
  /** By itself, with a code from 0 to 255. */
  record Code(int code) implements ProcessExit {
    public Code {
      if (code < 0 || code > 255) {
        throw new IllegalArgumentException("exit code out of 0..255: " + code);
      }
    }
  }

  /** By a signal, 1 to 64. */
  record Signal(int number) implements ProcessExit {
    public Signal {
      if (number < 1 || number > 64) {
        throw new IllegalArgumentException("signal out of 1..64: " + number);
      }
    }
  }

  /** As a shell tells it: the code, or 128 + signal. */
  default int shellCode() {
    return switch (this) {
      case Code(var code) -> code;
      case Signal(var number) -> 128 + number;
    };
  }

  default void write(ByteWriter out) {
    switch (this) {
      case Code(var code) -> out.u8(0).u8(code);
      case Signal(var number) -> out.u8(1).u8(number);
    }
  }

  static ProcessExit read(ByteReader in) throws MalformedException {
    int kind = in.u8();
    int value = in.u8();
    return switch (kind) {
      case 0 -> new Code(value);
      case 1 -> new Signal(value);
      default -> throw new MalformedException("unknown kind of exit: " + kind);
    };
  }
}
