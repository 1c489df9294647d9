package org.volvox.consensus.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Messages between nodes: u8 {@link #MARK}, u8 version, the sender's acceptors, u8 kind, then the
 * fields in their order; keys and registers as they are stored. The mark tells them from Raft's on
 * the same connection, whose first byte is a version.
 */
public final class PaxosCodec {
  /** No version of another message will be that. */
  public static final int MARK = 0x50;

  private static final int VERSION = 1;
  private static final int KEY_BYTES_MIN = 4;

  private PaxosCodec() {}

  /** What a peer sent. */
  public record Envelope(Acceptors acceptors, PaxosMessage message) {}

  public static boolean isPaxos(Bytes bytes) {
    return !bytes.isEmpty() && bytes.at(0) == MARK;
  }

  public static Bytes encode(Acceptors acceptors, PaxosMessage message) {
    ByteWriter out = new ByteWriter().u8(MARK).u8(VERSION);
    acceptors.write(out);
    switch (message) {
      case PaxosMessage.Look(var key, var round) -> out.u8(1).bytes(key).u64(round);
      case PaxosMessage.Prepare(var key, var ballot) -> ballot.write(out.u8(2).bytes(key));
      case PaxosMessage.Accept(var key, var ballot, var then, var register) -> {
        ballot.write(out.u8(3).bytes(key));
        then.write(out);
        register.write(out);
      }
      case PaxosMessage.Forget(var key, var ballot) -> ballot.write(out.u8(4).bytes(key));
      case PaxosMessage.Survey(var round, var after, var forgotten) ->
          out.u8(5)
              .u64(round)
              .bool(after.isPresent())
              .bytes(after.orElse(Bytes.EMPTY))
              .u64(forgotten);
      case PaxosMessage.Reply reply -> encodeReply(reply, out);
    }
    return out.toBytes();
  }

  private static void encodeReply(PaxosMessage.Reply reply, ByteWriter out) {
    switch (reply) {
      case PaxosMessage.Seen seen -> {
        out.u8(6).bytes(seen.key()).u64(seen.round());
        seen.promised().write(out);
        seen.accepted().write(out);
        seen.register().write(out);
      }
      case PaxosMessage.Promise promise -> {
        promise.ballot().write(out.u8(7).bytes(promise.key()));
        promise.accepted().write(out);
        promise.register().write(out);
      }
      case PaxosMessage.Accepted(var key, var ballot) -> ballot.write(out.u8(8).bytes(key));
      case PaxosMessage.Refused(var key, var ballot, var promised) -> {
        ballot.write(out.u8(9).bytes(key));
        promised.write(out);
      }
      case PaxosMessage.Surveyed told -> {
        out.u8(10).u64(told.round()).u32(told.keys().size());
        told.keys().forEach(out::bytes);
        out.bool(told.hasMore()).u64(told.forgotten());
      }
      case PaxosMessage.Outdated() -> out.u8(11);
    }
  }

  public static Envelope decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int mark = in.u8();
    int version = in.u8();
    if (mark != MARK || version != VERSION) {
      throw new MalformedException("Paxos message of version " + version + ", mark " + mark);
    }
    Envelope envelope;
    try {
      envelope = new Envelope(Acceptors.read(in), message(in.u8(), in));
    } catch (IllegalArgumentException e) {
      throw new MalformedException("Paxos message: " + e.getMessage());
    }
    in.end();
    return envelope;
  }

  private static PaxosMessage message(int kind, ByteReader in) throws MalformedException {
    return switch (kind) {
      case 1 -> new PaxosMessage.Look(in.bytes(), in.u64());
      case 2 -> new PaxosMessage.Prepare(in.bytes(), Ballot.read(in));
      case 3 ->
          new PaxosMessage.Accept(in.bytes(), Ballot.read(in), Ballot.read(in), Register.read(in));
      case 4 -> new PaxosMessage.Forget(in.bytes(), Ballot.read(in));
      case 5 -> survey(in);
      case 6 ->
          new PaxosMessage.Seen(
              in.bytes(), in.u64(), Ballot.read(in), Ballot.read(in), Register.read(in));
      case 7 ->
          new PaxosMessage.Promise(in.bytes(), Ballot.read(in), Ballot.read(in), Register.read(in));
      case 8 -> new PaxosMessage.Accepted(in.bytes(), Ballot.read(in));
      case 9 -> new PaxosMessage.Refused(in.bytes(), Ballot.read(in), Ballot.read(in));
      case 10 -> surveyed(in);
      case 11 -> new PaxosMessage.Outdated();
      default -> throw new MalformedException("Paxos message of kind " + kind);
    };
  }

  private static PaxosMessage survey(ByteReader in) throws MalformedException {
    long round = in.u64();
    boolean isFrom = in.bool();
    Bytes after = in.bytes();
    return new PaxosMessage.Survey(round, isFrom ? Optional.of(after) : Optional.empty(), in.u64());
  }

  private static PaxosMessage surveyed(ByteReader in) throws MalformedException {
    long round = in.u64();
    int count = in.count(KEY_BYTES_MIN);
    List<Bytes> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(in.bytes());
    }
    boolean hasMore = in.bool();
    if (hasMore && keys.isEmpty()) {
      throw new MalformedException("a page of no keys, and more");
    }
    return new PaxosMessage.Surveyed(round, keys, hasMore, in.u64());
  }
}
