package org.volvox.ratis;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * What one node's Ratis asks another's, in a call PEER_ENGINE; the answer is the body alone.
 *
 * <pre>
 * u8 version (1)   u8 kind   then the body
 * kind        request                          answer
 * 1 VOTE      RequestVoteRequestProto          RequestVoteReplyProto
 * 2 APPEND    AppendEntriesRequestProto        AppendEntriesReplyProto
 * 3 SNAPSHOT  InstallSnapshotRequestProto      InstallSnapshotReplyProto (a notification)
 * 4 ELECT     StartLeaderElectionRequestProto  StartLeaderElectionReplyProto
 * 5 TERM      nothing                          u64 the term that the other is in
 * 6 READ      nothing                          u64 the entry from which on a read is current
 * </pre>
 */
record PeerRequest(Kind kind, Bytes body) {
  private static final int VERSION = 1;

  /** What is asked, by its number on the wire. */
  enum Kind {
    VOTE(1),
    APPEND(2),
    SNAPSHOT(3),
    ELECT(4),
    TERM(5),
    READ(6);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    private static Optional<Kind> of(int number) {
      for (Kind kind : values()) {
        if (kind.number == number) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  Bytes encode() {
    return new ByteWriter(2 + body.length()).u8(VERSION).u8(kind.number).raw(body).toBytes();
  }

  static PeerRequest decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("a request of version " + version);
    }
    int number = in.u8();
    Kind kind = Kind.of(number).orElseThrow(() -> new MalformedException("request " + number));
    return new PeerRequest(kind, in.raw(in.remaining()));
  }

  /** A number as TERM and READ answer it. */
  static Bytes number(long value) {
    return new ByteWriter(8).u64(value).toBytes();
  }

  static long number(Bytes answer) throws MalformedException {
    ByteReader in = new ByteReader(answer);
    long value = in.u64();
    in.end();
    if (value < 0) {
      throw new MalformedException("a negative number: " + value);
    }
    return value;
  }
}
