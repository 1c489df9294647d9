package org.volvox.consensus.paxos;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * What an acceptor remembers beside its keys.
 *
 * @param acceptors the newest set that it heard of: it answers nobody who knows an older one
 * @param floor of a key that it does not know it promises and accepts nothing that counts so much
 *     or less: it may have known and erased it
 * @param forgotten when the newest change to an erased key was first asked for
 */
public record Standing(Acceptors acceptors, long floor, long forgotten) {
  public static final Standing NEW = new Standing(Acceptors.NONE, 0, 0);

  private static final int VERSION = 1;
  private static final int ANY_NODE = 0xffff;

  Standing with(Acceptors next) {
    return new Standing(next, floor, forgotten);
  }

  Standing forgetting(long until) {
    return new Standing(acceptors, floor, Math.max(forgotten, until));
  }

  /** After a key in that state was erased. */
  Standing without(AcceptorState erased) {
    return new Standing(
        acceptors,
        Math.max(floor, erased.promised().count()),
        Math.max(forgotten, erased.register().newest()));
  }

  /** The state of a key that it does not know. */
  AcceptorState unknown() {
    Ballot promised = floor == 0 ? Ballot.NONE : new Ballot(floor, Integer.MAX_VALUE, ANY_NODE);
    return new AcceptorState(promised, Ballot.NONE, Register.NEW.forgetting(forgotten));
  }

  /** u8 version, the acceptors, u64 floor, u64 forgotten. */
  public Bytes encode() {
    ByteWriter out = new ByteWriter().u8(VERSION);
    acceptors.write(out);
    return out.u64(floor).u64(forgotten).toBytes();
  }

  public static Standing decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("standing of an acceptor of version " + version);
    }
    Standing standing = new Standing(Acceptors.read(in), in.u64(), in.u64());
    in.end();
    return standing;
  }
}
