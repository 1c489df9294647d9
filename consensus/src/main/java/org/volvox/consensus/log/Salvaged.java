package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered;

/**
 * What is left of a damaged log, and what has come from others to make it whole again. Made by
 * {@link Salvage}; the repair fills it, {@link LogSwap} writes it.
 *
 * <p>An entry that was ever in any log is named by (index, term): there is no other with that name,
 * and in every log the same ones are before it (Log Matching, figure 3). So:
 *
 * <ol>
 *   <li>Hard state, base, and the last entry's index and term are certain.
 *   <li>From {@code settled} on, the topmost {@link Slot.Named}, every slot is right. Below it
 *       there may be entries that were replaced in what is lost. They are kept, each linked to the
 *       one before it: the name that comes with the missing entry tells whether they are right.
 *   <li>Above an {@link Slot.Unknown} is another one or a {@link Slot.Named}; the last slot has a
 *       term. So the topmost hole can always be asked for by the name of its last entry.
 * </ol>
 */
public final class Salvaged {
  private static final Slot UNKNOWN = new Slot.Unknown();

  private final int group;
  private final FrameReader frames;
  private final List<Slot> slots = new ArrayList<>();
  private HardState state = HardState.INITIAL;
  private Recovered.Place base = Recovered.Place.ZERO;

  /** The topmost entry that is missing; the base if there is none. */
  private LogIndex settled = LogIndex.ZERO;

  private Place cachedAt = new Place(0, 0);
  private List<WalRecord> cached = List.of();

  /** Entries without gaps that are missing: the name of the last one is certain. */
  public record Hole(LogIndex first, Recovered.Place last) {
    public long count() {
      return last.index().value() - first.value() + 1;
    }

    /** As {@code 5} or {@code 5-9}. */
    public String text() {
      return count() == 1 ? first.toString() : first + "-" + last.index();
    }
  }

  /** Entries without gaps, and the name of the one before them. */
  public record Run(Recovered.Place before, List<Entry> entries) {
    public Run {
      entries = List.copyOf(entries);
      if (entries.isEmpty()) {
        throw new IllegalArgumentException("no entries behind " + before);
      }
      long next = before.index().value();
      for (Entry entry : entries) {
        next++;
        if (entry.index().value() != next) {
          throw new IllegalArgumentException("entry " + entry.index() + " where " + next + " is");
        }
      }
    }

    public Recovered.Place last() {
      return new Recovered.Place(entries.getLast().index(), entries.getLast().term());
    }
  }

  Salvaged(Disk disk, long logId, int group) {
    this.group = group;
    this.frames = new FrameReader(disk, logId);
  }

  public int group() {
    return group;
  }

  public HardState state() {
    return state;
  }

  public Recovered.Place base() {
    return base;
  }

  public Recovered.Place last() {
    LogIndex index = base.index().plus(slots.size());
    return new Recovered.Place(index, termAt(index).orElseThrow());
  }

  /** The term of the entry that was at an index last, as far as is known. */
  public Optional<Term> termAt(LogIndex index) {
    if (index.equals(base.index())) {
      return Optional.of(base.term());
    }
    return has(index) ? slot(index).known() : Optional.empty();
  }

  /** The holes, the last one first; none if the log is whole. */
  public List<Hole> holes() {
    List<Hole> holes = new ArrayList<>();
    long at = slots.size();
    while (at > 0) {
      long last = at;
      while (at > 0 && !slots.get((int) at - 1).isWhole()) {
        at--;
      }
      if (at < last) {
        LogIndex index = base.index().plus(last);
        holes.add(
            new Hole(
                base.index().plus(at + 1),
                new Recovered.Place(index, termAt(index).orElseThrow())));
      } else {
        at--;
      }
    }
    return holes;
  }

  /** How many entries are missing. */
  public long missing() {
    return slots.stream().filter(slot -> !slot.isWhole()).count();
  }

  /** Puts entries into the log whose last one is known by name to be in it. */
  public void fill(Run run) {
    put(run);
    settle();
  }

  private void put(Run run) {
    for (Entry entry : run.entries().reversed()) {
      if (entry.index().compareTo(base.index()) <= 0) {
        linkToBase(new Recovered.Place(entry.index(), entry.term()));
        return;
      }
      if (!has(entry.index())) {
        return;
      }
      Slot slot = slot(entry.index());
      if (slot.isWhole() && slot.known().equals(Optional.of(entry.term()))) {
        return; // The same entry, so what is before it is right as well.
      }
      set(entry.index(), new Slot.Fetched(entry));
    }
    LogIndex before = run.before().index();
    if (before.compareTo(base.index()) <= 0) {
      linkToBase(run.before());
    } else if (!slot(before).known().equals(Optional.of(run.before().term()))) {
      set(before, new Slot.Named(run.before().term()));
    }
  }

  /** Who does not follow what is in the state was never committed, and all behind it neither. */
  private void linkToBase(Recovered.Place place) {
    if (place.index().equals(base.index()) && !place.term().equals(base.term())) {
      slots.clear();
    }
  }

  /**
   * Takes notice of a committed entry. If another one is in its place here, that one and all behind
   * it never were committed and never will be: they go, as when a leader sends others. Says whether
   * that is so.
   */
  public boolean refute(Recovered.Place committed) {
    LogIndex index = committed.index();
    if (!has(index)
        || index.isBefore(settled)
        || slot(index).known().equals(Optional.of(committed.term()))) {
      return false;
    }
    cutBehind(index);
    set(index, new Slot.Named(committed.term()));
    raise(committed.term());
    settle();
    return true;
  }

  /** A durable state has all entries up to there: they are not needed here any more. */
  public void cover(Recovered.Place place) {
    if (place.index().compareTo(base.index()) <= 0) {
      return;
    }
    boolean refuted =
        !has(place.index())
            || (place.index().compareTo(settled) >= 0
                && !termAt(place.index()).equals(Optional.of(place.term())));
    if (refuted) {
      slots.clear();
    }
    begin(place);
    raise(place.term());
    settle();
  }

  private void raise(Term term) {
    if (term.isAfter(state.term())) {
      state = new HardState(term, Optional.empty()); // Nobody has asked for a vote in it yet.
    }
  }

  /**
   * The whole entries that end with the one of that name, down to {@code first} or the first that
   * is missing, not much more than {@code bytesMax} and at least one; empty if it is missing here.
   */
  public Optional<Run> run(Recovered.Place last, LogIndex first, int bytesMax)
      throws DiskException {
    if (!has(last.index()) || !slot(last.index()).known().equals(Optional.of(last.term()))) {
      return Optional.empty();
    }
    List<Entry> entries = new ArrayList<>();
    LogIndex index = last.index();
    long bytes = 0;
    while (has(index)
        && slot(index).isWhole()
        && (entries.isEmpty() || (index.compareTo(first) >= 0 && bytes < bytesMax))) {
      Entry entry = entry(index);
      bytes += entry.weightBytes();
      entries.add(entry);
      index = index.previous();
    }
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    Collections.reverse(entries);
    return Optional.of(new Run(new Recovered.Place(index, termAt(index).orElseThrow()), entries));
  }

  /** A whole entry. */
  Entry entry(LogIndex index) throws DiskException {
    return switch (slot(index)) {
      case Slot.Fetched(var entry) -> entry;
      case Slot.Written(_, var frame, var record) -> written(frame, record);
      case Slot.Unknown _, Slot.Named _ ->
          throw Invariant.broken("entry " + index + " is missing and was read");
    };
  }

  private Entry written(Place frame, int record) throws DiskException {
    if (!cachedAt.equals(frame)) {
      cached =
          frames.read(frame) instanceof FrameReader.Found.Whole(_, var records)
              ? records
              : List.of();
      cachedAt = frame;
    }
    if (record < cached.size() && cached.get(record) instanceof WalRecord.Append(_, var entry)) {
      return entry;
    }
    throw new DiskException(
        DiskException.Kind.FAILED,
        "a frame of " + Segments.name(frame.segment()) + " was whole and is not any more");
  }

  /**
   * Takes the next record over; {@code exact} if no frame before it is missing. Says what is wrong
   * with it if so.
   */
  Optional<String> add(WalRecord record, Place frame, int number, boolean exact) {
    switch (record) {
      case WalRecord.Append(_, var entry) -> {
        LogIndex end = base.index().plus(slots.size() + 1L);
        if (entry.index().compareTo(base.index()) <= 0 || entry.index().isAfter(end)) {
          return Optional.of("entry " + entry.index() + " does not follow " + last());
        }
        append(entry, frame, number);
      }
      case WalRecord.State(_, var newState) -> state = newState;
      case WalRecord.Purge(_, var index, var term) -> {
        if (index.isAfter(base.index())) {
          begin(new Recovered.Place(index, term));
        }
      }
      case WalRecord.Restart(_, var index, var term) -> {
        slots.clear();
        begin(new Recovered.Place(index, term));
        settle();
      }
      case WalRecord.Checkpoint checkpoint -> {
        if (exact) {
          return check(checkpoint);
        }
        adopt(checkpoint);
      }
    }
    return Optional.empty();
  }

  private void append(Entry entry, Place frame, int number) {
    LogIndex before = entry.index().previous();
    cutBehind(before);
    if (before.isBefore(settled)) {
      // What it follows is not known, and who can tell has the entry itself.
      slots.add(new Slot.Named(entry.term()));
      settled = entry.index();
    } else {
      slots.add(new Slot.Written(entry.term(), frame, number));
    }
  }

  /** The log begins behind an entry that it holds; what is known behind that stays. */
  private void begin(Recovered.Place place) {
    Optional<Term> known = termAt(place.index());
    boolean wasOther = known.isPresent() && !known.get().equals(place.term());
    long gone = Math.max(0, place.index().value() - base.index().value());
    slots.subList(0, (int) Math.min(gone, slots.size())).clear();
    base = place;
    if (settled.isBefore(base.index())) {
      settled = base.index();
    }
    if (wasOther) {
      // So were those that follow it, up to the first that is certain.
      for (int i = 0; i < slots.size() && base.index().plus(i + 1L).isBefore(settled); i++) {
        slots.set(i, UNKNOWN);
      }
    }
  }

  private void settle() {
    settled = base.index();
    for (int i = slots.size(); i > 0; i--) {
      if (!slots.get(i - 1).isWhole()) {
        settled = base.index().plus(i);
        return;
      }
    }
  }

  private Optional<String> check(WalRecord.Checkpoint said) {
    Recovered.Place last = last();
    WalRecord.Checkpoint found =
        new WalRecord.Checkpoint(
            group, state, base.index(), base.term(), last.index(), last.term());
    return said.equals(found)
        ? Optional.empty()
        : Optional.of("a frame begins with " + said + ", before it was " + found);
  }

  /** Where the log stood behind frames that are lost. */
  private void adopt(WalRecord.Checkpoint said) {
    Recovered.Place last = new Recovered.Place(said.lastIndex(), said.lastTerm());
    Recovered.Place newBase = new Recovered.Place(said.baseIndex(), said.baseTerm());
    if (newBase.index().isBefore(base.index())) {
      slots.clear(); // Only a restart goes back, and it leaves nothing.
      base = newBase;
    }
    boolean holds = termAt(last.index()).equals(Optional.of(last.term()));
    state = said.state();
    cutBehind(last.index());
    if (!holds) {
      settled = last.index(); // Below it all may have been replaced.
    }
    begin(newBase);
    while (base.index().value() + slots.size() < last.index().value()) {
      slots.add(UNKNOWN);
    }
    if (!holds && !slots.isEmpty()) {
      set(last.index(), new Slot.Named(last.term()));
    }
    settle();
  }

  private boolean has(LogIndex index) {
    return index.isAfter(base.index()) && index.value() - base.index().value() <= slots.size();
  }

  private int offset(LogIndex index) {
    return Math.toIntExact(index.value() - base.index().value() - 1);
  }

  private Slot slot(LogIndex index) {
    return slots.get(offset(index));
  }

  private void set(LogIndex index, Slot slot) {
    slots.set(offset(index), slot);
  }

  /** Leaves nothing behind that index. */
  private void cutBehind(LogIndex index) {
    int keep = (int) Math.max(0, index.value() - base.index().value());
    if (keep < slots.size()) {
      slots.subList(keep, slots.size()).clear();
    }
  }
}
