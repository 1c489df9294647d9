package org.volvox.calls.message;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** What passes in REGISTER: one Request about one register, one Answer. */
public final class RegisterMessage {
  /** Bytes of a name in UTF-8. */
  public static final int NAME_BYTES_MAX = 255;

  public static final int VALUE_BYTES_MAX = 1 << 16;

  private RegisterMessage() {}

  /** What is to be done; an empty value is none, and to set none deletes. */
  public sealed interface Action {
    record Get() implements Action {}

    record Set(Optional<Bytes> value) implements Action {}

    record Compare(Optional<Bytes> expected, Optional<Bytes> next) implements Action {}

    record Decide(Bytes value) implements Action {}
  }

  /**
   * u8 version, text name, u8 kind of action and its fields (a value is bool and bytes), u64
   * client, u64 time, bool again. Client and time name the request; the time grows with each of a
   * client's requests. {@code isAgain} says that an earlier attempt at the same may have taken
   * effect.
   */
  public record Request(String name, Action action, long client, long time, boolean isAgain) {
    public Bytes encode() {
      ByteWriter out = Versions.writer(64).text(name);
      switch (action) {
        case Action.Get() -> out.u8(0);
        case Action.Set(var value) -> write(value, out.u8(1));
        case Action.Compare(var expected, var next) -> {
          write(expected, out.u8(2));
          write(next, out);
        }
        case Action.Decide(var value) -> out.u8(3).bytes(value);
      }
      return out.u64(client).u64(time).bool(isAgain).toBytes();
    }

    public static Request decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "request about a register");
      String name = in.text();
      requireName(name);
      int kind = in.u8();
      Action action =
          switch (kind) {
            case 0 -> new Action.Get();
            case 1 -> new Action.Set(read(in));
            case 2 -> new Action.Compare(read(in), read(in));
            case 3 -> new Action.Decide(bounded(in.bytes()));
            default -> throw new MalformedException("request about a register of kind " + kind);
          };
      Request request = new Request(name, action, in.u64(), in.u64(), in.bool());
      in.end();
      return request;
    }
  }

  private static void requireName(String name) throws MalformedException {
    int length = Bytes.utf8(name).length();
    if (length == 0 || length > NAME_BYTES_MAX || name.chars().anyMatch(each -> each < ' ')) {
      throw new MalformedException(
          "the name of a register has 1 to "
              + NAME_BYTES_MAX
              + " bytes and no control characters, this one "
              + length
              + " bytes");
    }
  }

  private static Bytes bounded(Bytes value) throws MalformedException {
    if (value.length() > VALUE_BYTES_MAX) {
      throw new MalformedException(
          "a register holds up to " + VALUE_BYTES_MAX + " bytes, not " + value.length());
    }
    return value;
  }

  private static void write(Optional<Bytes> value, ByteWriter out) {
    out.bool(value.isPresent()).bytes(value.orElse(Bytes.EMPTY));
  }

  private static Optional<Bytes> read(ByteReader in) throws MalformedException {
    boolean isThere = in.bool();
    Bytes value = bounded(in.bytes());
    return isThere ? Optional.of(value) : Optional.empty();
  }

  /** What became of a request. */
  public enum Verdict {
    DONE(0),
    /** It is not what was expected, or is for ever; nothing was changed. */
    DIFFERS(1),
    /** Nothing was written. */
    REFUSED(2),
    /** It may have taken effect, or may yet: ask the same again. */
    UNKNOWN(3);

    private final int code;

    Verdict(int code) {
      this.code = code;
    }

    private static Verdict ofCode(int code) throws MalformedException {
      for (Verdict verdict : values()) {
        if (verdict.code == code) {
          return verdict;
        }
      }
      throw new MalformedException("unknown verdict " + code);
    }
  }

  /**
   * u8 version, u8 verdict, the value as in a request, u64 how often it was changed, bool whether
   * it is for ever, u64 forgotten, text why not. A request whose time is not above {@code
   * forgotten} is refused for that: it must be made anew with a later time.
   */
  public record Answer(Verdict verdict, Value register, long forgotten, String why) {

    public Bytes encode() {
      ByteWriter out = Versions.writer(64).u8(verdict.code);
      write(register.value, out);
      out.u64(register.version).bool(register.isDecided);
      return out.u64(forgotten).text(why).toBytes();
    }

    public static Answer decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "answer about a register");
      Verdict verdict = Verdict.ofCode(in.u8());
      Value register = new Value(read(in), in.u64(), in.bool());
      Answer answer = new Answer(verdict, register, in.u64(), in.text());
      in.end();
      return answer;
    }
  }

  /** A register's value, how often it was changed, and whether it is for ever. */
  public record Value(Optional<Bytes> value, long version, boolean isDecided) {}
}
