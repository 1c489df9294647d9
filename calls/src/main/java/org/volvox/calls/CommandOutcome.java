package org.volvox.calls;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * What became of a command, as {@link Method#COMMAND} and {@link Method#PEER_COMMAND} answer it. On
 * the wire: u8 0 done, 1 refused, 2 unknown; then the result's bytes, or (refused only: u8 why, u16
 * leader or 0 and) the reason's text.
 */
public sealed interface CommandOutcome {
  /** It was applied (once); {@code result} is what the state machine answered. */
  record Done(Bytes result) implements CommandOutcome {}

  /** It was never appended: nothing was written. The leader is named if the refuser knows one. */
  record Refused(RefusedBecause why, Optional<NodeId> leader, String reason)
      implements CommandOutcome {}

  /** It was sent or appended and no answer came; repeating the same request id is safe. */
  record Unknown(String reason) implements CommandOutcome {}

  /** Whether trying again elsewhere or later can help. */
  enum RefusedBecause {
    /** This node leads no quorum just now; another may, or soon. */
    NO_LEADER(1),
    /** A bound was reached; later may work. */
    BUSY(2),
    /** It can never work: malformed, not allowed, session unknown. */
    FINAL(3),
    /** This node has heard too few others for a quorum, for so long that waiting here is no use. */
    NO_QUORUM(4),
    /** Too many disks are full for what grows; who made room may ask again. */
    NO_ROOM(5);

    private final int code;

    RefusedBecause(int code) {
      this.code = code;
    }

    private static Optional<RefusedBecause> of(int code) {
      for (RefusedBecause why : values()) {
        if (why.code == code) {
          return Optional.of(why);
        }
      }
      return Optional.empty();
    }
  }

  default Bytes encode() {
    return switch (this) {
      case Done(var result) -> new ByteWriter(1 + result.length()).u8(0).raw(result).toBytes();
      case Refused(var why, var leader, var reason) ->
          new ByteWriter()
              .u8(1)
              .u8(why.code)
              .u16(leader.map(NodeId::value).orElse(0))
              .text(reason)
              .toBytes();
      case Unknown(var reason) -> new ByteWriter().u8(2).text(reason).toBytes();
    };
  }

  static CommandOutcome decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int code = in.u8();
    CommandOutcome outcome =
        switch (code) {
          case 0 -> new Done(in.raw(in.remaining()));
          case 1 -> readRefused(in);
          case 2 -> new Unknown(in.text());
          default -> throw new MalformedException("unknown command outcome " + code);
        };
    in.end();
    return outcome;
  }

  private static Refused readRefused(ByteReader in) throws MalformedException {
    int code = in.u8();
    RefusedBecause why =
        RefusedBecause.of(code)
            .orElseThrow(() -> new MalformedException("unknown refusal " + code));
    int leader = in.u16();
    return new Refused(
        why, leader == 0 ? Optional.empty() : Optional.of(new NodeId(leader)), in.text());
  }
}
