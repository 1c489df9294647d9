package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

/**
 * One transaction: all of it is worked out before anything is written, so that a refusal changes
 * nothing.
 */
final class Transaction {
  private final SpaceRow space;
  private final KeyCall.Transact call;
  private final OrderedStore.Batch batch;

  /** What the acts so far have changed, in their order and by key; empty for what is deleted. */
  private final List<Change> changes = new ArrayList<>();

  private final Map<Bytes, Optional<KeyRow>> after = new TreeMap<>();
  private final List<KeyRange> deleted = new ArrayList<>();
  private final List<KeyOutcome.Done> done = new ArrayList<>();
  private final Map<Long, Integer> attached = new TreeMap<>();
  private final long revision;
  private long outcomeBytes;
  private long bytes;

  private record Change(Optional<KeyRow> before, Optional<KeyAct.Put> put) {}

  /** Why it cannot be. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Result result;

    Refused(Status status, String text) {
      super(text);
      this.result = Result.refused(status, text);
    }
  }

  Transaction(SpaceRow space, KeyCall.Transact call, OrderedStore.Batch batch) {
    this.space = space;
    this.call = call;
    this.batch = batch;
    this.revision = space.usage().revision();
    this.bytes = space.usage().bytes();
  }

  Result run() {
    try {
      checkBounds();
      boolean holds = true;
      for (KeyCompare compare : call.compares()) {
        holds &= holds(compare);
      }
      for (KeyAct act : holds ? call.thenDo() : call.elseDo()) {
        plan(act);
      }
      long newRevision = write();
      return Result.ok(new KeyOutcome(newRevision, holds, done).encode());
    } catch (Refused e) {
      return e.result;
    }
  }

  private void checkBounds() throws Refused {
    requireAtMost("comparisons of a transaction", call.compares().size());
    for (KeyCompare compare : call.compares()) {
      checkKey(compare.key());
    }
    for (List<KeyAct> branch : List.of(call.thenDo(), call.elseDo())) {
      requireAtMost("acts of a branch of a transaction", branch.size());
      for (KeyAct act : branch) {
        switch (act) {
          case KeyAct.Put put -> {
            checkKey(put.key());
            checkValue(put);
          }
          case KeyAct.Delete(var range, _) -> checkRange(range);
          case KeyAct.Get(var range, _) -> checkRange(range);
        }
      }
    }
  }

  private static void requireAtMost(String what, int count) throws Refused {
    if (count > KeyLimits.PER_BRANCH_MAX) {
      throw new Refused(
          Status.TOO_LARGE, count + " " + what + ", at most " + KeyLimits.PER_BRANCH_MAX);
    }
  }

  private static void checkKey(Bytes key) throws Refused {
    if (key.isEmpty()) {
      throw new Refused(Status.INVALID, "an empty key");
    }
    if (key.length() > KeyLimits.KEY_BYTES_MAX) {
      throw new Refused(
          Status.TOO_LARGE,
          "a key of " + key.length() + " bytes, at most " + KeyLimits.KEY_BYTES_MAX);
    }
  }

  private static void checkValue(KeyAct.Put put) throws Refused {
    if (put.value().length() > KeyLimits.VALUE_BYTES_MAX) {
      throw new Refused(
          Status.TOO_LARGE,
          "a value of "
              + put.value().length()
              + " bytes for key "
              + shown(put.key())
              + ", at most "
              + KeyLimits.VALUE_BYTES_MAX);
    }
  }

  private static void checkRange(KeyRange range) throws Refused {
    Optional<Result> refusal = KeySpaces.refusalOf(range);
    if (refusal.isPresent()) {
      throw new Refused(refusal.get().status(), refusal.get().text());
    }
  }

  /** As text as far as it goes, for people. */
  private static String shown(Bytes key) {
    String text = key.slice(0, Math.min(80, key.length())).utf8();
    return text.chars().anyMatch(Character::isISOControl) ? key.hex() : text;
  }

  private boolean holds(KeyCompare compare) {
    Optional<KeyRow> row = KeyRows.find(space.id(), compare.key(), batch);
    if (compare.field() == KeyCompare.Field.VALUE) {
      return row.isPresent() && compare.order().holds(row.get().value().compareTo(compare.value()));
    }
    long number =
        switch (compare.field()) {
          case CREATED -> row.map(KeyRow::created).orElse(0L);
          case CHANGED -> row.map(KeyRow::changed).orElse(0L);
          case VERSION -> row.map(KeyRow::version).orElse(0L);
          case LEASE -> row.map(KeyRow::lease).orElse(0L);
          case VALUE -> throw new IllegalStateException("a value is no number");
        };
    return compare.order().holds(Long.compare(number, compare.number()));
  }

  private void plan(KeyAct act) throws Refused {
    switch (act) {
      case KeyAct.Put put -> planPut(put);
      case KeyAct.Delete(var range, var wantsOld) -> planDelete(range, wantsOld);
      case KeyAct.Get(var range, var limit) -> planGet(range, limit);
    }
  }

  private void planPut(KeyAct.Put put) throws Refused {
    boolean isChanged = deleted.stream().anyMatch(range -> range.contains(put.key()));
    if (isChanged || after.containsKey(put.key())) {
      throw twice(put.key());
    }
    Optional<KeyRow> before = KeyRows.find(space.id(), put.key(), batch);
    checkLease(put, before);
    long more = put.key().length() + put.value().length() - before.map(KeyWriter::size).orElse(0L);
    bytes += more;
    if (more > 0 && bytes > space.bounds().bytesMax()) {
      throw new Refused(
          Status.NO_SPACE,
          "space "
              + space.name()
              + " holds "
              + space.usage().bytes()
              + " of at most "
              + space.bounds().bytesMax()
              + " bytes: delete keys, or create a space with more");
    }
    KeyRow row =
        new KeyRow(
            put.key(),
            put.value(),
            before.map(KeyRow::created).orElse(revision + 1),
            revision + 1,
            before.map(KeyRow::version).orElse(0L) + 1,
            put.lease());
    changes.add(new Change(before, Optional.of(put)));
    after.put(put.key(), Optional.of(row));
    Optional<KeyRow> old = put.wantsOld() ? before : Optional.empty();
    answer(new KeyOutcome.Done.Put(old), old.stream().toList());
  }

  private static Refused twice(Bytes key) {
    return new Refused(
        Status.INVALID, "key " + shown(key) + " is changed by two acts of a transaction");
  }

  private void checkLease(KeyAct.Put put, Optional<KeyRow> before) throws Refused {
    if (put.lease() == 0) {
      return;
    }
    Optional<Leases.Lease> lease =
        Leases.find(put.lease(), batch).filter(each -> each.space() == space.id());
    if (lease.isEmpty()) {
      Result none = Leases.noLease(put.lease());
      throw new Refused(none.status(), none.text());
    }
    if (before.map(KeyRow::lease).orElse(0L) != put.lease()) {
      int more = attached.merge(put.lease(), 1, Integer::sum);
      if (lease.get().keys() + more > KeyLimits.KEYS_PER_LEASE_MAX) {
        throw new Refused(
            Status.BUSY,
            "lease "
                + put.lease()
                + " has "
                + lease.get().keys()
                + " keys, at most "
                + KeyLimits.KEYS_PER_LEASE_MAX);
      }
    }
  }

  private void planDelete(KeyRange range, boolean wantsOld) throws Refused {
    for (Map.Entry<Bytes, Optional<KeyRow>> each : after.entrySet()) {
      if (each.getValue().isPresent() && range.contains(each.getKey())) {
        throw twice(each.getKey());
      }
    }
    int most = KeyLimits.DELETED_MAX - changes.size();
    List<KeyRow> found = new ArrayList<>();
    KeyRows.scan(
        space.id(),
        range,
        batch,
        row -> {
          if (!after.containsKey(row.key())) {
            found.add(row);
          }
          return found.size() <= most;
        });
    if (found.size() > most) {
      throw new Refused(
          Status.TOO_LARGE,
          "more than "
              + KeyLimits.DELETED_MAX
              + " keys are to be deleted at once: delete them in parts");
    }
    for (KeyRow row : found) {
      changes.add(new Change(Optional.of(row), Optional.empty()));
      after.put(row.key(), Optional.empty());
      bytes -= KeyWriter.size(row);
    }
    deleted.add(range);
    List<KeyRow> old = wantsOld ? found : List.of();
    answer(new KeyOutcome.Done.Deleted(found.size(), old), old);
  }

  private void planGet(KeyRange range, int limit) throws Refused {
    int most = limit < 1 ? KeyLimits.PAGE_MAX : Math.min(limit, KeyLimits.PAGE_MAX);
    Map<Bytes, KeyRow> rows = new TreeMap<>();
    // What is deleted here makes room for others.
    int seen = most + 1 + after.size();
    KeyRows.scan(
        space.id(),
        range,
        batch,
        row -> {
          rows.put(row.key(), row);
          return rows.size() < seen;
        });
    after.forEach((key, row) -> {
      if (range.contains(key)) {
        row.ifPresentOrElse(now -> rows.put(key, now), () -> rows.remove(key));
      }
    });
    List<KeyRow> page = rows.values().stream().limit(most).toList();
    long now = changes.isEmpty() ? revision : revision + 1;
    boolean isMore = rows.size() > most;
    answer(new KeyOutcome.Done.Got(new KeyPage(now, page, page.size(), isMore)), page);
  }

  private void answer(KeyOutcome.Done act, List<KeyRow> rows) throws Refused {
    outcomeBytes += rows.stream().mapToLong(KeyRow::encodedBytes).sum();
    if (outcomeBytes > KeyLimits.OUTCOME_BYTES_MAX) {
      throw new Refused(
          Status.TOO_LARGE,
          "the answer would have more than "
              + KeyLimits.OUTCOME_BYTES_MAX
              + " bytes: ask for fewer keys in a transaction, or read them outside of one");
    }
    done.add(act);
  }

  private long write() {
    KeyWriter writer = new KeyWriter(space.id(), space.bounds().historyMax(), batch);
    for (Change change : changes) {
      if (change.put().isPresent()) {
        KeyAct.Put put = change.put().get();
        writer.put(put.key(), put.value(), put.lease(), change.before());
      } else {
        writer.delete(change.before().orElseThrow());
      }
    }
    writer.end();
    return changes.isEmpty() ? revision : writer.revision();
  }
}
