package org.volvox.consensus.paxos;

import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;

/** What a node's Paxos wants done, in order. */
public sealed interface PaxosEffect {
  /** To another node, or to this one: the shell hands that back as received. */
  record Send(NodeId to, Acceptors acceptors, PaxosMessage message) implements PaxosEffect {}

  /**
   * Makes a change of what the acceptor remembers durable, first in first out; only then {@code
   * thenSend} leaves, and {@link PaxosInput.Persisted} comes back.
   */
  record Persist(long write, Update update, List<Send> thenSend) implements PaxosEffect {
    public Persist {
      thenSend = List.copyOf(thenSend);
    }
  }

  /** What becomes durable, in one step. */
  sealed interface Update {
    record Put(Bytes key, AcceptorState state) implements Update {}

    record Stand(Standing standing) implements Update {}

    record Erase(Bytes key, Standing standing) implements Update {}

    /** All keys go. */
    record Clear(Standing standing) implements Update {}
  }

  /** The end of a client's request. */
  record Answer(long id, Verdict verdict, Register register) implements PaxosEffect {}

  /** What was chosen before is chosen among the acceptors of that joint epoch. */
  record Rescanned(long epoch) implements PaxosEffect {}

  /** How a request ended. */
  enum Verdict {
    /** It took effect, once; the register is as it was right after. */
    DONE,
    /** The comparison failed, or the value is for ever; the register is the one that is there. */
    DIFFERS,
    /**
     * Nothing was written: no quorum answered in time, or the register has forgotten changes that
     * were asked for later ({@link Register.Memory#forgotten}).
     */
    REFUSED,
    /** No quorum answered in time; it may have taken effect, or may yet. */
    UNKNOWN
  }
}
