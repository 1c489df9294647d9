package org.volvox.node.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Pid;

/**
 * What node and warden say to each other over the warden's standard input and output: a 32-bit
 * length, a byte of kind, the fields. Both ends are of one build, so there is no version.
 */
sealed interface WardenMessage {
  int BYTES_MAX = 2 << 20;

  /** Node to warden: start a program; {@code environment} as NAME=value. */
  record Spawn(Pid pid, List<String> arguments, List<String> environment, String folder)
      implements WardenMessage {
    public Spawn {
      arguments = List.copyOf(arguments);
      environment = List.copyOf(environment);
    }
  }

  /** Node to warden: send a signal to the program's group. */
  record Signal(Pid pid, int number) implements WardenMessage {}

  /** Node to warden: still alive; silence ends all children. */
  record Beat() implements WardenMessage {}

  /** Warden to node, first: where it listens for the programs' streams, and what it lacks. */
  record Ready(String socket, String missing) implements WardenMessage {}

  record Started(Pid pid, long osPid) implements WardenMessage {}

  /** Warden to node: not started; {@code code} is 126 or 127 as a shell's. */
  record NotStarted(Pid pid, int code, String why) implements WardenMessage {}

  /** Warden to node: ended, by exit code or as 128 + signal. */
  record Exited(Pid pid, int code) implements WardenMessage {}

  default void writeTo(DataOutputStream out) throws IOException {
    ByteWriter body = new ByteWriter();
    switch (this) {
      case Spawn(var pid, var arguments, var environment, var folder) -> {
        body.u8(1).u64(pid.value());
        texts(body, arguments);
        texts(body, environment);
        body.text(folder);
      }
      case Signal(var pid, var number) -> body.u8(2).u64(pid.value()).u32(number);
      case Beat() -> body.u8(3);
      case Ready(var socket, var missing) -> body.u8(4).text(socket).text(missing);
      case Started(var pid, var osPid) -> body.u8(5).u64(pid.value()).u64(osPid);
      case NotStarted(var pid, var code, var why) ->
          body.u8(6).u64(pid.value()).u32(code).text(why);
      case Exited(var pid, var code) -> body.u8(7).u64(pid.value()).u32(code);
    }
    byte[] bytes = body.toBytes().toArray();
    synchronized (out) {
      out.writeInt(bytes.length);
      out.write(bytes);
      out.flush();
    }
  }

  /** The next message; an end of the stream is an EOFException. */
  static WardenMessage readFrom(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 1 || length > BYTES_MAX) {
      throw new IOException("a message of " + length + " bytes between node and warden");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    try {
      return parse(new ByteReader(Bytes.wrap(bytes)));
    } catch (MalformedException e) {
      throw new IOException("malformed message between node and warden: " + e.getMessage(), e);
    }
  }

  private static WardenMessage parse(ByteReader in) throws MalformedException {
    int kind = in.u8();
    return switch (kind) {
      case 1 -> new Spawn(new Pid(in.u64()), texts(in), texts(in), in.text());
      case 2 -> new Signal(new Pid(in.u64()), in.u32());
      case 3 -> new Beat();
      case 4 -> new Ready(in.text(), in.text());
      case 5 -> new Started(new Pid(in.u64()), in.u64());
      case 6 -> new NotStarted(new Pid(in.u64()), in.u32(), in.text());
      case 7 -> new Exited(new Pid(in.u64()), in.u32());
      default -> throw new MalformedException("kind " + kind);
    };
  }

  private static void texts(ByteWriter out, List<String> texts) {
    out.u32(texts.size());
    texts.forEach(out::text);
  }

  private static List<String> texts(ByteReader in) throws MalformedException {
    int count = in.count(4);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(in.text());
    }
    return texts;
  }
}
