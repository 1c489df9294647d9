package org.volvox.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.WallTime;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionAsk;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.base.syscall.SessionPage;
import org.volvox.base.syscall.SessionRow;
import org.volvox.base.syscall.Status;

/**
 * The session table (Ongaro 2014, section 6.3): who may send commands, and the results of those not
 * yet acknowledged, so that a repeated command is answered and not done again. Called by {@link
 * RootMachine} only; all state is in the store.
 */
final class Sessions {
  private static final char PART = 'S';

  private static final Bytes CLOCK = KernelKeys.table(PART, 'c');
  private static final Bytes COUNT = KernelKeys.table(PART, 'n');

  private final KeptResults results = new KeptResults();

  /** The state's wall time, which never goes back, and the latest leader's term. */
  record Clock(WallTime wall, Term term) {
    private static final int VERSION = 1;

    Bytes encode() {
      return new ByteWriter(17).u8(VERSION).u64(wall.millis()).u64(term.value()).toBytes();
    }

    static Clock decode(Bytes bytes) {
      try {
        ByteReader in = new ByteReader(bytes);
        Invariant.check(in.u8() == VERSION, "a clock row of a version that this does not know");
        return new Clock(new WallTime(in.u64()), new Term(in.u64()));
      } catch (MalformedException e) {
        throw Invariant.broken("clock row: " + e.getMessage());
      }
    }
  }

  static Clock clock(OrderedStore.Reader state) {
    return state.get(CLOCK).map(Clock::decode).orElse(new Clock(new WallTime(0), Term.ZERO));
  }

  /** Moves the state's wall time on to a stamp's, never back, and returns it. */
  WallTime advance(WallTime stamp, OrderedStore.Batch batch) {
    Clock clock = clock(batch);
    if (stamp.compareTo(clock.wall()) <= 0) {
      return clock.wall();
    }
    batch.put(CLOCK, new Clock(stamp, clock.term()).encode());
    return stamp;
  }

  Optional<SessionState> find(SessionId id, OrderedStore.Reader state) {
    return state.get(sessionKey(id)).map(SessionState::decode);
  }

  boolean isThere(SessionId id, OrderedStore.Reader state) {
    return state.get(sessionKey(id)).isPresent();
  }

  /** The result kept for a request, if it was applied before. */
  Optional<Bytes> resultOf(Command command, SessionState session, OrderedStore.Reader state) {
    return command.seq() > session.highest()
        ? Optional.empty()
        : results.find(command.session(), session, command.seq(), state);
  }

  /** Renews the session and keeps a request's result, in one write of the session's row. */
  void keep(
      Command command, SessionState session, WallTime now, Bytes result, OrderedStore.Batch batch) {
    SessionState kept = results.keep(command.session(), session, command.seq(), result, batch);
    renew(command.session(), kept.applied(command.seq()), now, batch);
  }

  void renew(SessionId id, SessionState session, WallTime now, OrderedStore.Batch batch) {
    batch.put(sessionKey(id), session.renewed(now).encode());
  }

  /** Forgets the results below the command's lowest unacknowledged one. */
  SessionState forget(Command command, SessionState session, OrderedStore.Batch batch) {
    // A request is open while it is being applied, so it bounds what may be acknowledged.
    long lowest = Math.min(command.lowestUnacknowledged(), command.seq());
    if (lowest <= session.lowest()) {
      return session;
    }
    return results.forget(command.session(), session, lowest, batch);
  }

  Result register(
      LogIndex index,
      SessionCall.Register call,
      String principal,
      WallTime now,
      OrderedStore.Batch batch) {
    if (call.label().length() > KernelLimits.LABEL_CHARS_MAX) {
      return Result.refused(Status.TOO_LARGE, "label of " + call.label().length() + " characters");
    }
    if (count(batch) >= KernelLimits.SESSIONS_MAX) {
      return Result.refused(Status.BUSY, KernelLimits.SESSIONS_MAX + " sessions are open");
    }
    long ttl =
        Math.max(
            KernelLimits.TTL_MILLIS_MIN, Math.min(KernelLimits.TTL_MILLIS_MAX, call.ttlMillis()));
    SessionId id = new SessionId(index.value());
    batch.put(sessionKey(id), SessionState.begun(call.label(), principal, ttl, now).encode());
    changeCount(1, batch);
    return Result.ok(new SessionGrant(id, ttl).encode());
  }

  /** Whether an expiry still holds; the caller then ends the session. */
  Result mayExpire(SessionCall.Expire call, OrderedStore.Batch batch) {
    Clock clock = clock(batch);
    if (call.term().compareTo(clock.term()) < 0) {
      return Result.refused(Status.STALE, "term " + call.term() + " is over, now " + clock.term());
    }
    Optional<SessionState> session = find(call.session(), batch);
    if (session.isEmpty()) {
      return Result.refused(Status.NOT_FOUND, "no session " + call.session());
    }
    if (session.get().renewal() != call.renewal()) {
      return Result.refused(Status.STALE, "session " + call.session() + " was renewed");
    }
    return Result.DONE;
  }

  Result lead(SessionCall.Lead call, OrderedStore.Batch batch) {
    Clock clock = clock(batch);
    if (call.term().compareTo(clock.term()) < 0) {
      return Result.refused(Status.STALE, "term " + call.term() + " is over, now " + clock.term());
    }
    batch.put(CLOCK, new Clock(clock.wall(), call.term()).encode());
    return Result.DONE;
  }

  /** Removes a session with all its results. */
  void remove(SessionId id, OrderedStore.Batch batch) {
    batch.delete(sessionKey(id));
    results.remove(id, batch);
    changeCount(-1, batch);
  }

  /** The first sessions, at most so many. */
  List<SessionId> first(int limit, OrderedStore.Reader state) {
    List<SessionId> found = new ArrayList<>();
    state.scan(
        sessionKey(SessionId.NONE),
        sessionKey(new SessionId(Long.MAX_VALUE)),
        Direction.ASCENDING,
        (key, value) -> found.size() < limit && found.add(new SessionId(KernelKeys.lastId(key))));
    return found;
  }

  Bytes query(int type, Bytes request, OrderedStore.Reader state) throws MalformedException {
    return switch (SessionAsk.decode(type, request)) {
      case SessionAsk.All(var after, var limit) -> page(after, limit, state);
    };
  }

  private Bytes page(SessionId after, int limit, OrderedStore.Reader state) {
    Clock clock = clock(state);
    int rowsMax = Math.clamp(limit, 1, KernelLimits.PAGE_MAX);
    List<SessionRow> rows = new ArrayList<>();
    boolean[] more = {false};
    state.scan(
        KernelKeys.key(PART, 's', after.value() + 1),
        KernelKeys.tableEnd(PART, 's'),
        Direction.ASCENDING,
        (key, value) -> {
          more[0] = rows.size() == rowsMax;
          if (!more[0]) {
            SessionId id = new SessionId(KernelKeys.lastId(key));
            rows.add(SessionState.decode(value).row(id, clock.wall()));
          }
          return !more[0];
        });
    return Result.ok(new SessionPage(clock.term(), rows, more[0]).encode()).encode();
  }

  private int count(OrderedStore.Reader state) {
    try {
      Optional<Bytes> row = state.get(COUNT);
      return row.isPresent() ? new ByteReader(row.get()).u32() : 0;
    } catch (MalformedException e) {
      throw Invariant.broken("count of sessions: " + e.getMessage());
    }
  }

  private void changeCount(int change, OrderedStore.Batch batch) {
    batch.put(COUNT, new ByteWriter(4).u32(count(batch) + change).toBytes());
  }

  private static Bytes sessionKey(SessionId id) {
    return KernelKeys.key(PART, 's', id.value());
  }
}
