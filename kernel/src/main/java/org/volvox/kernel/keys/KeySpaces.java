package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;
import org.volvox.kernel.RootMachine;

/**
 * Key spaces of all kinds, and the keys of consistent ones; a part of {@link RootMachine}.
 *
 * <ol>
 *   <li>A call is done whole or changes nothing: all is decided before anything is written.
 *   <li>Each call that changes keys raises its space's revision by one, and no other call does.
 *   <li>A revision that is not compacted reads the same for ever.
 * </ol>
 */
public final class KeySpaces implements Part {
  @Override
  public int range() {
    return KeyCall.RANGE;
  }

  @Override
  public Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
    try {
      return switch (KeyCall.decode(command.type(), command.body())) {
        case KeyCall.CreateSpace create ->
            ok(SpaceTable.create(index, stamp, command, create, batch).encode());
        case KeyCall.RemoveSpace(var space) -> {
          SpaceTable.remove(SpaceTable.require(space, batch), batch);
          yield Result.DONE.encode();
        }
        case KeyCall.Transact transact -> ok(Transactions.apply(transact, batch).encode());
        case KeyCall.Grant grant -> ok(Leases.grant(index, grant, batch).encode());
        case KeyCall.Renew(var lease) -> ok(Leases.renew(index, lease, batch).encode());
        case KeyCall.Revoke(var lease) -> {
          Leases.revoke(lease, batch);
          yield Result.DONE.encode();
        }
        case KeyCall.Compact(var space, var revision) -> {
          compact(SpaceTable.consistent(space, batch), revision, batch);
          yield Result.DONE.encode();
        }
        case KeyCall.Expire expire -> {
          Leases.expire(expire, batch);
          yield Result.DONE.encode();
        }
        case KeyCall.Checkpoint checkpoint -> {
          Leases.checkpoint(index, checkpoint, batch);
          yield Result.DONE.encode();
        }
        case KeyCall.Tidy(var limit) -> {
          Tidying.tidy(limit, batch);
          yield Result.DONE.encode();
        }
      };
    } catch (Refused e) {
      return e.result().encode();
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  private static Bytes ok(Bytes body) {
    return Result.ok(body).encode();
  }

  private static void compact(SpaceRow space, long revision, OrderedStore.Batch batch)
      throws Refused {
    SpaceRow.Usage usage = space.usage();
    requireReached(space, revision);
    if (revision <= usage.compacted()) {
      throw compacted(space, revision);
    }
    SpaceRow.Usage after =
        new SpaceRow.Usage(usage.revision(), revision, usage.keys(), usage.bytes());
    SpaceTable.put(SpaceTable.withUsage(space, after), batch);
    Tidying.compact(space, revision, batch);
  }

  private static void requireReached(SpaceRow space, long revision) throws Refused {
    if (revision < 0 || revision > space.usage().revision()) {
      throw new Refused(
          Status.INVALID,
          "revision "
              + Long.toUnsignedString(revision)
              + " of space "
              + space.name()
              + " is ahead of it, which is at "
              + space.usage().revision());
    }
  }

  private static Refused compacted(SpaceRow space, long revision) {
    return new Refused(
        Status.STALE,
        "revision "
            + revision
            + " of space "
            + space.name()
            + " is compacted; the oldest is "
            + (space.usage().compacted() + 1));
  }

  @Override
  public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
    try {
      return switch (KeyAsk.decode(type, request)) {
        case KeyAsk.Space(var name) ->
            ok(
                space(name, state)
                    .orElseThrow(() -> new Refused(Status.NOT_FOUND, "no space " + name))
                    .encode());
        case KeyAsk.Spaces(var after, var limit) ->
            ok(SpaceTable.page(after, limit, state).encode());
        case KeyAsk.Range ask ->
            ok(range(SpaceTable.consistent(ask.space(), state), ask, state).encode());
        case KeyAsk.Count(var space, var range) ->
            ok(count(SpaceTable.consistent(space, state), range, state).encode());
        case KeyAsk.Lease(var lease) -> ok(Leases.show(lease, state).encode());
      };
    } catch (Refused e) {
      return e.result().encode();
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  private static KeyPage range(SpaceRow space, KeyAsk.Range ask, OrderedStore.Reader state)
      throws Refused {
    Checks.range(ask.range());
    SpaceRow.Usage usage = space.usage();
    requireReached(space, ask.revision());
    if (ask.revision() != 0 && ask.revision() <= usage.compacted()) {
      throw compacted(space, ask.revision());
    }
    Page page = new Page(ask);
    boolean isWhole = true;
    if (ask.revision() == 0 || ask.revision() == usage.revision()) {
      KeyStore.scan(space.id(), ask.range(), state, page::visit);
    } else {
      PastScan past = new PastScan(space.id(), ask.revision(), state, page::visit);
      isWhole = past.isWhole(ask.range(), KeyLimits.LOOKED_MAX);
    }
    if (!isWhole && page.rows.isEmpty()) {
      throw new Refused(
          Status.TOO_LARGE,
          "more than "
              + KeyLimits.LOOKED_MAX
              + " versions of keys were looked at, and none is as of revision "
              + ask.revision()
              + ": ask for a smaller range");
    }
    boolean isMore = page.isMore || !isWhole;
    return new KeyPage(usage.revision(), page.rows, page.rows.size(), isMore);
  }

  /** Rows as far as they are wanted and fit an answer. */
  private static final class Page {
    private final List<KeyRow> rows = new ArrayList<>();
    private final int rowsMax;
    private final boolean withValues;
    private int bytes;
    private boolean isMore;

    Page(KeyAsk.Range ask) {
      rowsMax = ask.limit() <= 0 ? KeyLimits.PAGE_MAX : Math.min(ask.limit(), KeyLimits.PAGE_MAX);
      withValues = ask.withValues();
    }

    boolean visit(KeyRow row) {
      isMore = rows.size() == rowsMax || bytes >= KeyLimits.PAGE_BYTES_MAX;
      if (!isMore) {
        KeyRow told = withValues ? row : withoutValue(row);
        rows.add(told);
        bytes += told.encodedBytes();
      }
      return !isMore;
    }

    private static KeyRow withoutValue(KeyRow row) {
      return new KeyRow(
          row.key(), Bytes.EMPTY, row.created(), row.changed(), row.version(), row.lease());
    }
  }

  private static KeyPage count(SpaceRow space, KeyRange range, OrderedStore.Reader state)
      throws Refused {
    Checks.range(range);
    SpaceRow.Usage usage = space.usage();
    if (range.equals(KeyRange.ALL)) {
      return new KeyPage(usage.revision(), List.of(), usage.keys(), false);
    }
    long[] count = {0};
    KeyStore.scan(space.id(), range, state, _ -> ++count[0] <= KeyLimits.LOOKED_MAX);
    boolean isMore = count[0] > KeyLimits.LOOKED_MAX;
    long told = Math.min(count[0], KeyLimits.LOOKED_MAX);
    return new KeyPage(usage.revision(), List.of(), told, isMore);
  }

  /** A space of any consistency. */
  public static Optional<SpaceRow> space(long id, OrderedStore.Reader state) {
    return SpaceTable.find(id, state);
  }

  /** A space of any consistency. */
  public static Optional<SpaceRow> space(String name, OrderedStore.Reader state) {
    return SpaceTable.find(name, state);
  }

  /** All spaces, in the order of their names. */
  public static List<SpaceRow> spaces(OrderedStore.Reader state) {
    return SpaceTable.all(state);
  }

  /**
   * What happened to a range of keys of a consistent space from a revision on, inclusive. It looks
   * at a bounded number of changes, and may find none of the range though there are more.
   */
  public static Changes changes(
      long space, KeyRange range, long from, Changes.Budget budget, OrderedStore.Reader state) {
    Optional<SpaceRow> row = space(space, state);
    if (row.isEmpty()) {
      return new Changes.Removed();
    }
    long compacted = row.get().usage().compacted();
    return from <= compacted
        ? new Changes.Compacted(compacted)
        : new History(row.get(), range, budget, state).from(from);
  }

  /**
   * The leases that were granted, renewed or checkpointed behind an index of the log, in its order;
   * about so many, and all of one index or none.
   */
  public static List<LeaseTimers.News> leases(long after, int limit, OrderedStore.Reader state) {
    return Leases.news(after, limit, state);
  }

  /** Whether there is something for {@link KeyCall.Tidy} to do. */
  public static boolean isUntidy(OrderedStore.Reader state) {
    return Tidying.isUntidy(state);
  }

  @Override
  public void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
    // A key belongs to no session; what shall end with a client has a lease.
  }
}
