package org.volvox.calls.message;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;

/**
 * What passes in an ATTACH call (and PEER_ATTACH behind it), after the request {@code u8 version,
 * u64 pid, u64 stdout offset, u64 stderr offset}. The caller sends Input messages, an empty one at
 * end of input (it does not half-close, for it still has Taken to say); the node sends the rest and
 * completes after Ended. The node keeps output until the caller has said Taken, and input offsets
 * count from the program's start, so a caller whose entry node died attaches again and nothing is
 * lost or comes twice. The first message after Started is InputTaken: input goes on from there.
 *
 * <pre>
 * u8 kind, then  1 Input: the bytes              2 Output: the bytes        3 Errors: the bytes
 *                4 Started: u16 node             5 Ended: u8 how, u32 value, text reason
 *                6 Taken: u64 output offset, u64 error offset (caller)
 *                7 InputTaken: u64 input offset up to which the program's machine has it (node)
 * </pre>
 */
public sealed interface StreamMessage {
  int CHUNK_BYTES_MAX = 1 << 16;

  record Input(Bytes bytes) implements StreamMessage {}

  record Output(Bytes bytes) implements StreamMessage {}

  record Errors(Bytes bytes) implements StreamMessage {}

  record Started(NodeId node) implements StreamMessage {}

  /** {@code value} is the exit code or the signal; {@code reason} says why it was lost. */
  record Ended(How how, int value, String reason) implements StreamMessage {}

  /** The caller has both outputs up to these offsets; the node may forget them. */
  record Taken(long outputOffset, long errorOffset) implements StreamMessage {}

  /** The program's machine has the input up to this offset; the caller may forget it. */
  record InputTaken(long offset) implements StreamMessage {}

  enum How {
    EXITED(0),
    SIGNALLED(1),
    LOST(2);

    private final int code;

    How(int code) {
      this.code = code;
    }

    static How ofCode(int code) throws MalformedException {
      for (How how : values()) {
        if (how.code == code) {
          return how;
        }
      }
      throw new MalformedException("unknown end " + code);
    }
  }

  /** Which program's streams, and from where. */
  record Attach(Pid pid, long outputOffset, long errorOffset) {
    public Bytes encode() {
      return Versions.writer(25).u64(pid.value()).u64(outputOffset).u64(errorOffset).toBytes();
    }

    public static Attach decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "attach request");
      long pid = in.u64();
      long outputOffset = in.u64();
      long errorOffset = in.u64();
      in.end();
      if (pid < 1 || outputOffset < 0 || errorOffset < 0) {
        throw new MalformedException("attach to pid " + pid);
      }
      return new Attach(new Pid(pid), outputOffset, errorOffset);
    }
  }

  default Bytes encode() {
    return switch (this) {
      case Input(var bytes) -> chunk(1, bytes);
      case Output(var bytes) -> chunk(2, bytes);
      case Errors(var bytes) -> chunk(3, bytes);
      case Started(var node) -> new ByteWriter(3).u8(4).u16(node.value()).toBytes();
      case Ended(var how, var value, var reason) ->
          new ByteWriter().u8(5).u8(how.code).u32(value).text(reason).toBytes();
      case Taken(var output, var error) ->
          new ByteWriter(17).u8(6).u64(output).u64(error).toBytes();
      case InputTaken(var offset) -> new ByteWriter(9).u8(7).u64(offset).toBytes();
    };
  }

  static StreamMessage decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int kind = in.u8();
    StreamMessage message =
        switch (kind) {
          case 1 -> new Input(in.raw(in.remaining()));
          case 2 -> new Output(in.raw(in.remaining()));
          case 3 -> new Errors(in.raw(in.remaining()));
          case 4 ->
              new Started(
                  NodeStatus.nodeId(in)
                      .orElseThrow(() -> new MalformedException("started on node 0")));
          case 5 -> ended(in);
          case 6 -> new Taken(offset(in), offset(in));
          case 7 -> new InputTaken(offset(in));
          default -> throw new MalformedException("unknown stream message " + kind);
        };
    in.end();
    return message;
  }

  private static long offset(ByteReader in) throws MalformedException {
    long offset = in.u64();
    if (offset < 0) {
      throw new MalformedException("negative stream offset " + offset);
    }
    return offset;
  }

  private static Ended ended(ByteReader in) throws MalformedException {
    return new Ended(How.ofCode(in.u8()), in.u32(), in.text());
  }

  private static Bytes chunk(int kind, Bytes bytes) {
    return new ByteWriter(1 + bytes.length()).u8(kind).raw(bytes).toBytes();
  }
}
