package org.volvox.node.group;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.MessageCodec;

/**
 * A Raft message between two nodes with the journalled event behind it, so that a journal can name
 * causes: a vote carries the event of voting, an append that of becoming leader.
 *
 * <pre>
 * u8 version (1)   u64 event's clock (0: none)   u64 event's number   then the message
 * </pre>
 */
public record Envelope(Optional<EventStamp> because, Message message) {
  private static final int VERSION = 1;

  public Bytes encode() {
    Bytes encoded = MessageCodec.encode(message);
    return new ByteWriter(17 + encoded.length())
        .u8(VERSION)
        .u64(because.map(stamp -> stamp.clock().ticks()).orElse(0L))
        .u64(because.map(stamp -> stamp.id().seq()).orElse(0L))
        .raw(encoded)
        .toBytes();
  }

  public static Envelope decode(NodeId from, Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("consensus envelope of version " + version);
    }
    long ticks = in.u64();
    long seq = in.u64();
    if (ticks < 0) {
      throw new MalformedException("negative clock of an event");
    }
    Optional<EventStamp> because =
        ticks == 0
            ? Optional.empty()
            : Optional.of(
                new EventStamp(new LamportTime(ticks), new EventId(new Origin.Node(from), seq)));
    return new Envelope(because, MessageCodec.decode(in.raw(in.remaining())));
  }
}
