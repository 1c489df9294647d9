package org.volvox.kernel;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Applied;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.RecordingBatch;
import org.volvox.base.machine.Stamp;
import org.volvox.base.machine.StateMachine;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.Status;

/**
 * The root group's state machine: sessions, and parts by range of command type. Called by whoever
 * applies the group's log and answers reads; it holds no state but the store's.
 *
 * <ol>
 *   <li>A command takes effect at most once: a repeated (session, seq) gets the first result, byte
 *       for byte, until the client has acknowledged it.
 *   <li>A command of an unknown, closed or expired session changes nothing.
 *   <li>A command in a session of another principal changes nothing and is told no kept result.
 *   <li>The wall time that parts see never goes back.
 *   <li>Calls that nodes make have no session; each is written so that its repetition is harmless.
 * </ol>
 */
public final class RootMachine implements StateMachine {
  private final Sessions sessions = new Sessions();
  private final Processes processes = new Processes();
  private final TreeMap<Integer, Part> parts = new TreeMap<>();

  /** A machine of {@link Processes} and the parts given, such as the file system. */
  public RootMachine(List<Part> others) {
    add(processes);
    others.forEach(this::add);
  }

  /**
   * Ends what a state that was taken from another cluster holds of living things: at most {@code
   * limit} processes and sessions, so that a batch stays small. Returns whether there may be more.
   */
  public boolean endAll(int limit, String reason, OrderedStore.Batch batch) {
    WallTime now = Sessions.clock(batch).wall();
    int ended = processes.endAll(limit, reason, now, batch);
    Stamp stamp = new Stamp(now, LamportTime.ZERO);
    List<SessionId> closing = sessions.first(Math.max(0, limit - ended), batch);
    closing.forEach(session -> close(session, stamp, batch));
    return ended + closing.size() >= limit;
  }

  /** The wall time as the parts see it: the latest of all stamps so far. */
  public static WallTime wall(OrderedStore.Reader state) {
    return Sessions.clock(state).wall();
  }

  private void add(Part part) {
    boolean isFree = part.range() != SessionCall.RANGE && parts.put(part.range(), part) == null;
    Invariant.check(isFree, "two parts for one range of types", part.range(), parts.keySet());
  }

  @Override
  public Applied apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
    RecordingBatch recording = new RecordingBatch(batch);
    Stamp monotone = new Stamp(sessions.advance(stamp.wall(), recording), stamp.clock());
    Bytes result =
        command.session().equals(SessionId.NONE)
            ? applyWithoutSession(index, monotone, command, recording)
            : applyInSession(index, monotone, command, recording);
    return new Applied(result, recording::changed);
  }

  @Override
  public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
    if (type >>> 8 != SessionCall.RANGE) {
      Part part = parts.get(type >>> 8);
      return part == null ? unsupported(type).encode() : part.query(type, request, state);
    }
    try {
      return sessions.query(type, request, state);
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  private Bytes applyWithoutSession(
      LogIndex index, Stamp stamp, Command command, RecordingBatch batch) {
    if (command.type() != SessionCall.Register.TYPE && !Principals.isNode(command.principal())) {
      return Result.refused(Status.SESSION_EXPIRED, "the request names no session").encode();
    }
    return route(index, stamp, command, batch);
  }

  private Bytes applyInSession(LogIndex index, Stamp stamp, Command command, RecordingBatch batch) {
    Optional<SessionState> session = sessions.find(command.session(), batch);
    if (session.isEmpty()) {
      return Result.refused(Status.SESSION_EXPIRED, "no session " + command.session()).encode();
    }
    if (!session.get().principal().equals(command.principal())) {
      return foreign(command).encode();
    }
    if (command.seq() < session.get().lowest()) {
      return Result.refused(
              command.seq() < 1 ? Status.INVALID : Status.FORGOTTEN,
              "request " + command.seq() + " of " + command.session() + " was acknowledged")
          .encode();
    }
    Optional<Bytes> before = sessions.resultOf(command, session.get(), batch);
    if (before.isPresent()) {
      return before.get();
    }
    SessionState current = sessions.forget(command, session.get(), batch);
    if (command.seq() - current.lowest() >= KernelLimits.RESULTS_MAX) {
      sessions.renew(command.session(), current, stamp.wall(), batch);
      return Result.refused(
              Status.BUSY,
              "request "
                  + current.lowest()
                  + " is not acknowledged, and this is number "
                  + command.seq()
                  + "; at most "
                  + KernelLimits.RESULTS_MAX
                  + " results are kept")
          .encode();
    }
    Bytes result = route(index, stamp, command, batch);
    // A session that was closed by this very command keeps nothing.
    if (sessions.isThere(command.session(), batch)) {
      sessions.keep(command, current, stamp.wall(), result, batch);
    }
    return result;
  }

  /** Says neither whose the session is nor what it did: that is its owner's. */
  private static Result foreign(Command command) {
    return Result.refused(
        Status.NOT_PERMITTED,
        "session " + command.session() + " is not " + command.principal() + "'s");
  }

  private Bytes route(LogIndex index, Stamp stamp, Command command, RecordingBatch batch) {
    if (Call.isForNodes(command.type()) && !Principals.isNode(command.principal())) {
      return Result.refused(
              Status.NOT_PERMITTED, command.principal() + " may not do what only nodes do")
          .encode();
    }
    if (command.type() >>> 8 == SessionCall.RANGE) {
      return applyToSessions(index, stamp, command, batch).encode();
    }
    Part part = parts.get(command.type() >>> 8);
    return part == null
        ? unsupported(command.type()).encode()
        : part.apply(index, stamp, command, batch);
  }

  private Result applyToSessions(
      LogIndex index, Stamp stamp, Command command, RecordingBatch batch) {
    SessionCall call;
    try {
      call = SessionCall.decode(command.type(), command.body());
    } catch (MalformedException e) {
      return Result.malformed(e);
    }
    return switch (call) {
      case SessionCall.Register register ->
          sessions.register(index, register, command.principal(), stamp.wall(), batch);
      case SessionCall.KeepAlive() -> Result.DONE;
      case SessionCall.Close() -> close(command.session(), stamp, batch);
      case SessionCall.Expire expire -> expire(expire, stamp, batch);
      case SessionCall.Lead lead -> sessions.lead(lead, batch);
    };
  }

  private Result expire(SessionCall.Expire call, Stamp stamp, RecordingBatch batch) {
    Result allowed = sessions.mayExpire(call, batch);
    return allowed.isOk() ? close(call.session(), stamp, batch) : allowed;
  }

  private Result close(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
    if (session.equals(SessionId.NONE)) {
      return Result.refused(Status.INVALID, "the request names no session");
    }
    parts.values().forEach(part -> part.sessionEnded(session, stamp, batch));
    sessions.remove(session, batch);
    return Result.DONE;
  }

  private static Result unsupported(int type) {
    return Result.refused(Status.UNSUPPORTED, "unknown type 0x" + Integer.toHexString(type));
  }
}
