package org.volvox.consensus.paxos;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * What one acceptor remembers of one key.
 *
 * @param promised nothing below it is promised or accepted any more
 * @param accepted the ballot of the register; none if nothing was ever accepted
 */
public record AcceptorState(Ballot promised, Ballot accepted, Register register) {
  public static final AcceptorState NEW = new AcceptorState(Ballot.NONE, Ballot.NONE, Register.NEW);

  private static final int VERSION = 1;

  /** u8 version, the ballots, the register. */
  public Bytes encode() {
    ByteWriter out = new ByteWriter().u8(VERSION);
    promised.write(out);
    accepted.write(out);
    register.write(out);
    return out.toBytes();
  }

  public static AcceptorState decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("acceptor state of version " + version);
    }
    AcceptorState state = new AcceptorState(Ballot.read(in), Ballot.read(in), Register.read(in));
    in.end();
    return state;
  }
}
