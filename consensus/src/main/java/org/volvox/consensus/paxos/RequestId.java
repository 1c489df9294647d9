package org.volvox.consensus.paxos;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/**
 * Names a client's request, the same in each attempt at it: u64 client, u64 time. The time is the
 * client's own, grows with each of its requests, and need not be right.
 */
public record RequestId(long client, long time) {
  void write(ByteWriter out) {
    out.u64(client).u64(time);
  }

  static RequestId read(ByteReader in) throws MalformedException {
    return new RequestId(in.u64(), in.u64());
  }
}
