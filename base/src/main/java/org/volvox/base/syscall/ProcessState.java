package org.volvox.base.syscall;

import org.volvox.base.MalformedException;

/**
 * Where a process is in its life; the code is its form on the wire.
 *
 * <pre>
 * PENDING  -> PLACED (a node chosen)      -> KILLED (before any start)
 * PLACED   -> STARTING (durably, before it is spawned)  -> PENDING (node lost before the start)  -> KILLED
 * STARTING -> RUNNING -> EXITED | KILLED | LOST         STARTING -> EXITED | KILLED | LOST
 * </pre>
 *
 * EXITED, KILLED and LOST are final.
 */
public enum ProcessState {
  PENDING(0),
  PLACED(1),
  STARTING(2),
  RUNNING(3),
  /** Ended by itself with a code. */
  EXITED(4),
  /** Ended by a signal, or before it was started. */
  KILLED(5),
  /** Its node or its warden was lost; what it did is unknown. */
  LOST(6);

  private final int code;

  ProcessState(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public boolean isFinal() {
    return code >= 4;
  }

  public static ProcessState ofCode(int code) throws MalformedException {
    for (ProcessState state : values()) {
      if (state.code == code) {
        return state;
      }
    }
    throw new MalformedException("unknown process state " + code);
  }
}
