package org.volvox.consensus.paxos;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;

/** What of an acceptor is on its disk: what each {@link PaxosEffect.Persist} left there. */
public interface Durable {
  /** Empty for a key that it does not know. */
  Optional<AcceptorState> state(Bytes key);

  /** {@link Standing#NEW} if there is none. */
  Standing standing();

  /** Keys behind that one, or all, in order of their unsigned bytes; at most {@code limit}. */
  List<Bytes> keys(Optional<Bytes> after, int limit);
}
