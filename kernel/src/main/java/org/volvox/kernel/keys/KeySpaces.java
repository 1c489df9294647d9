package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

/**
 * Key spaces, and the keys of consistent ones; a part of the root machine.
 *
 * <ol>
 *   <li>What changes something raises the revision of its space by one; nothing else does.
 *   <li>What is refused has changed nothing.
 *   <li>Behind the compacted revision every key is known as it was at every revision, and every
 *       change.
 *   <li>A lease ends only when it is revoked, or when a leader says that the time of its last
 *       renewal is over.
 * </ol>
 */
public final class KeySpaces implements Part {
  private static final int TIDIED_MAX = 10_000;

  /** How much of a history is wanted at a time. */
  public record Budget(boolean wantsOld, int eventsMax, long bytesMax) {}

  /** What became of a range from some revision on. */
  public sealed interface Changes {
    /**
     * All changes up to a revision, in order; a revision is never torn.
     *
     * @param isMore whether there may be further ones now
     */
    record Found(List<KeyEvent> events, long upTo, boolean isMore) implements Changes {
      public Found {
        events = List.copyOf(events);
      }
    }

    /** What is wanted is compacted, up to this revision. */
    record Compacted(long revision) implements Changes {}

    /** There is no such space, or none with revisions. */
    record Removed() implements Changes {}
  }

  @Override
  public int range() {
    return KeyCall.RANGE;
  }

  /** A space by its id. */
  public static Optional<SpaceRow> space(long id, OrderedStore.Reader state) {
    return SpaceTable.find(id, state);
  }

  /** A space by its name. */
  public static Optional<SpaceRow> space(String name, OrderedStore.Reader state) {
    return SpaceTable.find(name, state);
  }

  /** All spaces, in the order of their names. */
  public static List<SpaceRow> spaces(OrderedStore.Reader state) {
    List<SpaceRow> all = new ArrayList<>();
    Optional<String> after = Optional.empty();
    boolean more = true;
    while (more) {
      var page = SpaceTable.page(after, KeyLimits.PAGE_MAX, state);
      all.addAll(page.rows());
      after = all.isEmpty() ? after : Optional.of(all.getLast().name());
      more = page.more();
    }
    return all;
  }

  /** The changes of a range from a revision on, inclusive; as many as the budget has room for. */
  public static Changes changes(
      long space, KeyRange range, long from, Budget budget, OrderedStore.Reader state) {
    Optional<SpaceRow> row =
        SpaceTable.find(space, state).filter(each -> each.consistency() == Consistency.CONSISTENT);
    if (row.isEmpty()) {
      return new Changes.Removed();
    }
    SpaceRow.Usage usage = row.get().usage();
    if (from <= usage.compacted()) {
      return new Changes.Compacted(usage.compacted());
    }
    return from > usage.revision()
        ? new Changes.Found(List.of(), usage.revision(), false)
        : KeyRows.changes(space, range, from, budget, state);
  }

  /**
   * The leases that were granted, renewed or checkpointed behind an index of the log, in its order;
   * about so many, and all of one index or none.
   */
  public static List<LeaseTimers.News> leases(long after, int limit, OrderedStore.Reader state) {
    return Leases.news(after, limit, state);
  }

  /** Whether {@link KeyCall.Tidy} has something to do. */
  public static boolean isUntidy(OrderedStore.Reader state) {
    boolean[] found = {dropping(state).isPresent()};
    if (!found[0]) {
      state.scan(
          KeyTables.table(KeyTables.USAGES),
          KeyTables.table((char) (KeyTables.USAGES + 1)),
          Direction.ASCENDING,
          (stored, _) -> {
            SpaceTable.Usage usage = SpaceTable.usage(KeyTables.first(stored), state);
            found[0] = usage.trimmed() < usage.compacted();
            return !found[0];
          });
    }
    return found[0];
  }

  @Override
  public Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
    try {
      return apply(index, stamp, command, KeyCall.decode(command.type(), command.body()), batch)
          .encode();
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  private static Result apply(
      LogIndex index, Stamp stamp, Command command, KeyCall call, OrderedStore.Batch batch) {
    return switch (call) {
      case KeyCall.CreateSpace create -> SpaceTable.create(index, create, command, stamp, batch);
      case KeyCall.RemoveSpace(var space) -> SpaceTable.remove(space, batch);
      case KeyCall.Transact transact ->
          in(transact.space(), batch, row -> new Transaction(row, transact, batch).run());
      case KeyCall.Grant grant ->
          in(grant.space(), batch, row -> Leases.grant(index, grant, row, batch));
      case KeyCall.Renew(var lease) -> Leases.renew(index, lease, batch);
      case KeyCall.Revoke(var lease) -> Leases.revoke(lease, batch);
      case KeyCall.Compact(var space, var revision) ->
          in(space, batch, row -> compact(row, revision, batch));
      case KeyCall.Expire expire -> Leases.expire(expire, batch);
      case KeyCall.Tidy(var limit) -> tidy(Math.min(limit, TIDIED_MAX), batch);
      case KeyCall.Checkpoint checkpoint -> Leases.checkpoint(index, checkpoint, batch);
    };
  }

  /** What is done in a consistent space. */
  private interface Doing {
    Result in(SpaceRow space);
  }

  private static Result in(long space, OrderedStore.Reader state, Doing doing) {
    Optional<SpaceRow> row = SpaceTable.find(space, state);
    if (row.isEmpty()) {
      return noSpace(space);
    }
    return switch (row.get().consistency()) {
      case CONSISTENT -> doing.in(row.get());
      case AVAILABLE, LEADERLESS ->
          Result.refused(
              Status.INVALID,
              "space "
                  + row.get().name()
                  + " is "
                  + row.get().consistency().word()
                  + ": it has no revisions, transactions, watches and leases; a consistent space has");
    };
  }

  static Result noSpace(long space) {
    return Result.refused(
        Status.NOT_FOUND, "no space of id " + space + "; it was removed, perhaps");
  }

  private static Result compact(SpaceRow space, long revision, OrderedStore.Batch batch) {
    SpaceTable.Usage usage = SpaceTable.usage(space.id(), batch);
    if (revision > usage.revision()) {
      return ahead(space, revision);
    }
    if (revision <= usage.compacted()) {
      return compacted(space, revision);
    }
    SpaceTable.usage(space.id(), usage.compactedTo(revision), batch);
    return Result.DONE;
  }

  private static Result ahead(SpaceRow space, long revision) {
    return Result.refused(
        Status.INVALID,
        "revision "
            + revision
            + " of space "
            + space.name()
            + " is yet to come; the newest is "
            + space.usage().revision());
  }

  private static Result compacted(SpaceRow space, long revision) {
    return Result.refused(
        Status.STALE,
        "revision "
            + revision
            + " of space "
            + space.name()
            + " is compacted; the oldest is "
            + (space.usage().compacted() + 1));
  }

  private static Result tidy(int limit, OrderedStore.Batch batch) {
    int left = limit;
    Optional<Long> dropping = dropping(batch);
    while (left > 0 && dropping.isPresent()) {
      left -= drop(dropping.get(), left, batch);
      dropping = dropping(batch);
    }
    for (SpaceRow space : spaces(batch)) {
      if (left > 0 && space.consistency() == Consistency.CONSISTENT) {
        left -= KeyWriter.trim(space.id(), left, batch);
      }
    }
    return Result.DONE;
  }

  /** Deletes some rows of a removed space, and the last time its mark. */
  private static int drop(long space, int limit, OrderedStore.Batch batch) {
    List<Bytes> gone = new ArrayList<>();
    for (char table : new char[] {KeyTables.CURRENT, KeyTables.VERSIONS, KeyTables.HISTORY}) {
      batch.scan(
          KeyTables.key(table, space),
          KeyTables.key(table, space + 1),
          Direction.ASCENDING,
          (stored, _) -> gone.size() < limit && gone.add(stored));
    }
    gone.forEach(batch::delete);
    int dropped = gone.size();
    dropped += Leases.drop(space, limit - dropped, batch);
    if (dropped < limit) {
      batch.delete(KeyTables.key(KeyTables.DROPPING, space));
      dropped++;
    }
    return dropped;
  }

  /** The first removed space of which rows are left. */
  private static Optional<Long> dropping(OrderedStore.Reader state) {
    List<Long> found = new ArrayList<>();
    state.scan(
        KeyTables.table(KeyTables.DROPPING),
        KeyTables.table((char) (KeyTables.DROPPING + 1)),
        Direction.ASCENDING,
        (stored, _) -> {
          found.add(KeyTables.first(stored));
          return false;
        });
    return found.stream().findFirst();
  }

  @Override
  public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
    try {
      return query(KeyAsk.decode(type, request), state).encode();
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  private static Result query(KeyAsk ask, OrderedStore.Reader state) {
    return switch (ask) {
      case KeyAsk.Space(var name) ->
          SpaceTable.find(name, state)
              .map(row -> Result.ok(row.encode()))
              .orElseGet(() -> Result.refused(Status.NOT_FOUND, "no space " + name));
      case KeyAsk.Spaces(var after, var limit) ->
          Result.ok(SpaceTable.page(after, limit, state).encode());
      case KeyAsk.Range range ->
          refusalOf(range.range())
              .orElseGet(() -> in(range.space(), state, row -> range(row, range, state)));
      case KeyAsk.Count(var space, var range) ->
          refusalOf(range)
              .orElseGet(() ->
                  in(
                      space,
                      state,
                      row -> Result.ok(KeyRows.count(row.id(), range, state).encode())));
      case KeyAsk.Lease(var lease) ->
          Leases.find(lease, state)
              .map(row -> Result.ok(row.shown().encode()))
              .orElseGet(() -> Leases.noLease(lease));
    };
  }

  private static Result range(SpaceRow space, KeyAsk.Range ask, OrderedStore.Reader state) {
    SpaceRow.Usage usage = space.usage();
    if (ask.revision() == 0) {
      return Result.ok(
          KeyRows.now(space.id(), ask.range(), ask.limit(), ask.withValues(), state).encode());
    }
    if (ask.revision() > usage.revision()) {
      return ahead(space, ask.revision());
    }
    if (ask.revision() <= usage.compacted()) {
      return compacted(space, ask.revision());
    }
    KeyRows.KeyPageOptions options = new KeyRows.KeyPageOptions(ask.limit(), ask.withValues());
    return Result.ok(
        KeyRows.then(space.id(), ask.range(), ask.revision(), options, state).encode());
  }

  /** A range's ends are no longer than keys, and the zero behind one. */
  static Optional<Result> refusalOf(KeyRange range) {
    int longest = Math.max(range.from().length(), range.to().map(Bytes::length).orElse(0));
    return longest <= KeyLimits.KEY_BYTES_MAX + 1
        ? Optional.empty()
        : Optional.of(
            Result.refused(
                Status.TOO_LARGE,
                "the end of a range has "
                    + longest
                    + " bytes, a key at most "
                    + KeyLimits.KEY_BYTES_MAX));
  }

  static long number(Bytes stored) {
    try {
      return new ByteReader(stored).u64();
    } catch (MalformedException e) {
      throw Invariant.broken("an id: " + e.getMessage());
    }
  }

  @Override
  public void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
    // A lease belongs to no session: whoever knows it may renew it.
  }
}
