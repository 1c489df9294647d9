package org.volvox.base.machine;

import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;

/**
 * A part of a group's state machine: the commands and questions of one range of types, 0xRRxx. The
 * machine around it has checked the session and that the command was not applied before, records
 * which keys change, and has made the stamp's wall time monotone. As for a {@link StateMachine},
 * entries may be applied again from an older state.
 */
public interface Part {
  /** The upper byte of the types that it serves. */
  int range();

  /** Applies one command and answers with an encoded result; a refusal is a result too. */
  Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch);

  /** Answers a question with an encoded result. */
  Bytes query(int type, Bytes request, OrderedStore.Reader state);

  /** A session was closed or has expired; what it held is given up. */
  void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch);
}
