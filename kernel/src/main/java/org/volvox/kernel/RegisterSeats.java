package org.volvox.kernel;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.RegisterAsk;
import org.volvox.base.syscall.RegisterCall;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;

/**
 * Who the acceptors of the registers are: the newest epoch and what it says, one after the other. A
 * part of {@link RootMachine}; the registers are not in the replicated state.
 */
public final class RegisterSeats implements Part {
  private static final Bytes KEY = KernelKeys.table('R', 'a');

  @Override
  public int range() {
    return RegisterCall.RANGE;
  }

  @Override
  public Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
    try {
      return switch (RegisterCall.decode(command.type(), command.body())) {
        case RegisterCall.Seat(var epoch, var acceptors) -> seat(epoch, acceptors, batch).encode();
      };
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  private static Result seat(long epoch, Bytes acceptors, OrderedStore.Batch batch) {
    long now = epoch(batch);
    if (epoch != now + 1) {
      return Result.refused(Status.STALE, "acceptors of epoch " + epoch + ", now it is " + now);
    }
    batch.put(KEY, new ByteWriter(8 + acceptors.length()).u64(epoch).raw(acceptors).toBytes());
    return Result.DONE;
  }

  @Override
  public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
    try {
      return switch (RegisterAsk.decode(type, request)) {
        case RegisterAsk.Acceptors() -> Result.ok(acceptors(state)).encode();
      };
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  /** What the newest epoch says; empty before the first. */
  public static Bytes acceptors(OrderedStore.Reader state) {
    return state.get(KEY).map(row -> row.slice(8, row.length())).orElse(Bytes.EMPTY);
  }

  /** Nobody is an acceptor, as in a new cluster. */
  public static void clear(OrderedStore.Batch batch) {
    batch.delete(KEY);
  }

  private static long epoch(OrderedStore.Reader state) {
    try {
      return state.get(KEY).isEmpty() ? 0 : new ByteReader(state.get(KEY).get()).u64();
    } catch (MalformedException e) {
      throw Invariant.broken("acceptors of the registers: " + e.getMessage());
    }
  }

  @Override
  public void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
    // A register belongs to no session.
  }
}
