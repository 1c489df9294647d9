package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;

/** Gets the events of a call on its connection's thread; must not block. */
public interface CallListener {
  void onMessage(Bytes message);

  /** The other side sends nothing more on this call. */
  default void onHalfClosed() {}

  /** Room for another {@link CallStream#trySend} after one that was false or a bigger message. */
  default void onSendable() {}

  /** The end, exactly once: completed, or failed with the reason. */
  void onEnd(Optional<CallException> failure);
}
