package org.volvox.kernel.keys;

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
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpacePage;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

/** Which spaces there are, and what each holds. */
final class SpaceTable {
  private static final Bytes COUNTERS = KeyTables.table(KeyTables.COUNTERS);
  private static final int VERSION = 1;

  /** How many spaces and leases there are. */
  record Counters(int spaces, int leases) {
    private Bytes encode() {
      return new ByteWriter(9).u8(VERSION).u32(spaces).u32(leases).toBytes();
    }
  }

  /**
   * What a space holds.
   *
   * @param trimmed up to which revision the history is deleted; at most compacted
   */
  record Usage(long revision, long compacted, long trimmed, long keys, long bytes) {
    private static final Usage FRESH = new Usage(1, 0, 0, 0, 0);

    private Bytes encode() {
      ByteWriter out = new ByteWriter(41).u8(VERSION).u64(revision).u64(compacted);
      return out.u64(trimmed).u64(keys).u64(bytes).toBytes();
    }

    SpaceRow.Usage shown() {
      return new SpaceRow.Usage(revision, compacted, keys, bytes);
    }

    Usage compactedTo(long upTo) {
      return new Usage(revision, upTo, trimmed, keys, bytes);
    }

    Usage trimmedTo(long upTo) {
      return new Usage(revision, compacted, upTo, keys, bytes);
    }
  }

  private SpaceTable() {}

  static Counters counters(OrderedStore.Reader state) {
    return state
        .get(COUNTERS)
        .map(stored -> read(stored, "counters of spaces", in -> new Counters(in.u32(), in.u32())))
        .orElse(new Counters(0, 0));
  }

  static void counters(Counters counters, OrderedStore.Batch batch) {
    batch.put(COUNTERS, counters.encode());
  }

  static Usage usage(long space, OrderedStore.Reader state) {
    return state
        .get(KeyTables.key(KeyTables.USAGES, space))
        .map(stored ->
            read(
                stored,
                "usage of a space",
                in -> new Usage(in.u64(), in.u64(), in.u64(), in.u64(), in.u64())))
        .orElseThrow(() -> Invariant.broken("no usage of space " + space));
  }

  static void usage(long space, Usage usage, OrderedStore.Batch batch) {
    batch.put(KeyTables.key(KeyTables.USAGES, space), usage.encode());
  }

  /** Reads what is behind the version. */
  interface Body<T> {
    T read(ByteReader in) throws MalformedException;
  }

  static <T> T read(Bytes stored, String what, Body<T> body) {
    try {
      ByteReader in = new ByteReader(stored);
      int version = in.u8();
      Invariant.check(version == VERSION, what, "of version", version);
      T value = body.read(in);
      in.end();
      return value;
    } catch (MalformedException e) {
      throw Invariant.broken(what + ": " + e.getMessage());
    }
  }

  static Optional<SpaceRow> find(long space, OrderedStore.Reader state) {
    return state
        .get(KeyTables.key(KeyTables.SPACES, space))
        .map(SpaceTable::decode)
        .map(row -> withUsage(row, state));
  }

  static Optional<SpaceRow> find(String name, OrderedStore.Reader state) {
    return state
        .get(KeyTables.name(name))
        .map(id -> find(KeySpaces.number(id), state).orElseThrow());
  }

  private static SpaceRow withUsage(SpaceRow row, OrderedStore.Reader state) {
    return row.consistency() == Consistency.CONSISTENT
        ? row.with(usage(row.id(), state).shown())
        : row;
  }

  private static SpaceRow decode(Bytes stored) {
    try {
      return SpaceRow.decode(stored);
    } catch (MalformedException e) {
      throw Invariant.broken("a space: " + e.getMessage());
    }
  }

  /** The spaces behind a name, in the order of names. */
  static SpacePage page(Optional<String> after, int limit, OrderedStore.Reader state) {
    Bytes first = KeyTables.table(KeyTables.NAMES);
    Bytes from =
        after.map(name -> KeyTables.name(name).concat(Bytes.wrap(new byte[1]))).orElse(first);
    int most = Math.min(limit < 1 ? KeyLimits.PAGE_MAX : limit, KeyLimits.PAGE_MAX);
    List<SpaceRow> rows = new ArrayList<>();
    boolean[] more = {false};
    state.scan(
        from,
        KeyTables.table((char) (KeyTables.NAMES + 1)),
        Direction.ASCENDING,
        (_, id) -> {
          more[0] = rows.size() == most;
          if (!more[0]) {
            rows.add(find(KeySpaces.number(id), state).orElseThrow());
          }
          return !more[0];
        });
    return new SpacePage(rows, more[0]);
  }

  static Result create(
      LogIndex index,
      KeyCall.CreateSpace call,
      Command command,
      Stamp stamp,
      OrderedStore.Batch batch) {
    Optional<Result> refusal = refusalOf(call);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (batch.get(KeyTables.name(call.name())).isPresent()) {
      return Result.refused(Status.EXISTS, "there is a space " + call.name());
    }
    Counters counters = counters(batch);
    if (counters.spaces() >= KeyLimits.SPACES_MAX) {
      return Result.refused(
          Status.BUSY, counters.spaces() + " spaces are there, at most " + KeyLimits.SPACES_MAX);
    }
    boolean isConsistent = call.consistency() == Consistency.CONSISTENT;
    SpaceRow row =
        new SpaceRow(
            call.name(),
            index.value(),
            call.consistency(),
            isConsistent ? call.bounds() : SpaceRow.Bounds.NONE,
            SpaceRow.Usage.NONE,
            command.principal(),
            stamp.wall().millis());
    batch.put(KeyTables.name(call.name()), new ByteWriter(8).u64(row.id()).toBytes());
    batch.put(KeyTables.key(KeyTables.SPACES, row.id()), row.encode());
    if (isConsistent) {
      usage(row.id(), Usage.FRESH, batch);
    }
    counters(new Counters(counters.spaces() + 1, counters.leases()), batch);
    return Result.ok(withUsage(row, batch).encode());
  }

  private static Optional<Result> refusalOf(KeyCall.CreateSpace call) {
    String name = call.name();
    int bytes = Bytes.utf8(name).length();
    if (bytes > KeyLimits.NAME_BYTES_MAX) {
      return Optional.of(
          Result.refused(
              Status.NAME_TOO_LONG,
              "a space's name of " + bytes + " bytes, at most " + KeyLimits.NAME_BYTES_MAX));
    }
    boolean isName =
        bytes > 0
            && name.indexOf('/') < 0
            && !name.equals(".")
            && !name.equals("..")
            && name.chars().noneMatch(Character::isISOControl)
            && Bytes.utf8(name).utf8().equals(name);
    if (!isName) {
      return Optional.of(
          Result.refused(
              Status.INVALID,
              "a space's name is as a file's: not empty, no /, no control characters, not . or .."));
    }
    SpaceRow.Bounds bounds = call.bounds();
    if (call.consistency() != Consistency.CONSISTENT) {
      boolean isPlain =
          bounds.equals(SpaceRow.Bounds.NONE) || bounds.equals(SpaceRow.Bounds.DEFAULT);
      return isPlain
          ? Optional.empty()
          : Optional.of(
              Result.refused(
                  Status.INVALID, "only a consistent space has bounds of bytes and history"));
    }
    if (bounds.bytesMax() < 1
        || bounds.historyMax() < 1
        || bounds.historyMax() > KeyLimits.HISTORY_MAX) {
      return Optional.of(
          Result.refused(
              Status.INVALID,
              "a space holds 1 byte or more, and a history of 1 to "
                  + KeyLimits.HISTORY_MAX
                  + " revisions; asked for are "
                  + bounds.bytesMax()
                  + " and "
                  + bounds.historyMax()));
    }
    return Optional.empty();
  }

  /** Its name is free at once; what it holds goes little by little. */
  static Result remove(long space, OrderedStore.Batch batch) {
    Optional<SpaceRow> row = find(space, batch);
    if (row.isEmpty()) {
      return KeySpaces.noSpace(space);
    }
    batch.delete(KeyTables.name(row.get().name()));
    batch.delete(KeyTables.key(KeyTables.SPACES, space));
    if (row.get().consistency() == Consistency.CONSISTENT) {
      batch.delete(KeyTables.key(KeyTables.USAGES, space));
      batch.put(KeyTables.key(KeyTables.DROPPING, space), Bytes.EMPTY);
    }
    Counters counters = counters(batch);
    counters(new Counters(counters.spaces() - 1, counters.leases()), batch);
    return Result.DONE;
  }
}
