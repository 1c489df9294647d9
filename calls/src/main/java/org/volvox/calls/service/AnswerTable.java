package org.volvox.calls.service;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;

/**
 * A host's core against running a request twice (Birrell and Nelson 1984, section 3.2; Lee and
 * others 2015, RIFL): it knows each request that runs or ran until the caller says that it needs
 * the answer no more, or is silent for long. One for each life of a host, for all its instances;
 * only what may not run twice needs to pass through it. Its owner guards it.
 *
 * <ol>
 *   <li>It says Run once for a key, unless {@link #didNotRun} takes that back.
 *   <li>What it has forgotten is Forgotten, never new.
 *   <li>It forgets no answer of a caller that is heard of: without room it is Busy for what is new.
 *       One answer that is larger than what room is left is not kept, and asked for again
 *       Forgotten.
 * </ol>
 */
public final class AnswerTable {
  /** What a request costs besides the bytes of its answer. */
  public static final int ENTRY_BYTES = 96;

  private static final int SCANS_IN_SILENCE = 8;

  /** One part in so many is for the answers of what runs, not for what is new. */
  private static final int PARTS_RESERVED_OF = 4;

  private final AnswerLimits limits;
  private final ServiceRules rules;
  private final TreeMap<CallerId, Caller> callers = new TreeMap<>();
  private long bytes;
  private int running;
  private int kept;
  private boolean hasForgottenCallers;
  private Optional<MonoTime> scannedAt = Optional.empty();

  /** What is to be done with an attempt. */
  public sealed interface Begun {
    /** It is new: run it, and call {@link #complete} or {@link #didNotRun} once. */
    record Run() implements Begun {}

    /** It runs now: this attempt gets the same answer when it is there. */
    record Wait() implements Begun {}

    /** It ran, and this was the answer. */
    record Answer(Bytes answer) implements Begun {}

    /** It may have run, and the answer is not here. */
    record Forgotten() implements Begun {}

    /** It is new, and there is no room to run it or to keep its answer. */
    record Busy() implements Begun {}
  }

  private static final class Caller {
    final TreeMap<Long, Entry> entries = new TreeMap<>();

    /** Below it all is answered or forgotten. */
    long lowest = 1;

    long highest;
    int running;
    MonoTime heard;

    Caller(MonoTime now) {
      heard = now;
    }
  }

  /** An answer is empty while the request runs, and if there was no room for it. */
  private record Entry(boolean isRunning, Optional<Bytes> answer) {
    static final Entry RUNNING = new Entry(true, Optional.empty());

    int bytes() {
      return ENTRY_BYTES + answer.map(Bytes::length).orElse(0);
    }
  }

  public AnswerTable(AnswerLimits limits, ServiceRules rules) {
    this.limits = limits;
    this.rules = rules;
  }

  /** An attempt has come in; {@code lowestUnanswered} and {@code isRepeated} are what it says. */
  public Begun begin(RequestKey key, long lowestUnanswered, boolean isRepeated, MonoTime now) {
    if (scannedAt.isEmpty()) {
      scannedAt = Optional.of(now);
    }
    @Nullable Caller caller = callers.get(of(key));
    if (caller == null) {
      if (isRepeated && hasForgottenCallers && rules.remembersForgotten()) {
        return new Begun.Forgotten(); // Whether its first attempt was ever here nobody knows.
      }
      if (callers.size() >= limits.callersMax() && !forgetCallers(now)) {
        return new Begun.Busy();
      }
      caller = new Caller(now);
      callers.put(of(key), caller);
    }
    if (rules.listensToCallers()) {
      caller.heard = now;
    }
    raise(caller, lowestUnanswered);
    @Nullable Entry entry = caller.entries.get(key.seq());
    if (entry != null && rules.suppressesDuplicates()) {
      if (!entry.isRunning) {
        return entry.answer.<Begun>map(Begun.Answer::new).orElseGet(Begun.Forgotten::new);
      }
      if (rules.joinsRunning()) {
        return new Begun.Wait();
      }
    }
    if (key.seq() < caller.lowest && rules.remembersForgotten()) {
      return new Begun.Forgotten();
    }
    return hasRoom() ? run(caller, key.seq()) : new Begun.Busy();
  }

  private CallerId of(RequestKey key) {
    return rules.tellsCallersApart() ? key.caller() : new CallerId(0, 0);
  }

  private Begun run(Caller caller, long seq) {
    put(caller, seq, Entry.RUNNING);
    caller.highest = Math.max(caller.highest, seq);
    return new Begun.Run();
  }

  private boolean hasRoom() {
    long forNew = limits.bytesMax().bytes() - limits.bytesMax().bytes() / PARTS_RESERVED_OF;
    while (!rules.refusesWhenFull() && kept > 0 && bytes + ENTRY_BYTES > forNew) {
      dropAny();
    }
    return running < limits.runningMax() && bytes + ENTRY_BYTES <= forNew;
  }

  private void dropAny() {
    for (Caller caller : callers.values()) {
      for (Map.Entry<Long, Entry> each : caller.entries.entrySet()) {
        if (!each.getValue().isRunning) {
          remove(caller, each.getKey());
          return;
        }
      }
    }
  }

  /** The request ran, whatever came of it: a cancelled run ran too. */
  public void complete(RequestKey key, Bytes answer, MonoTime now) {
    @Nullable Caller caller = callers.get(of(key));
    if (caller == null || !isRunning(caller, key.seq())) {
      return;
    }
    if (rules.listensToCallers()) {
      caller.heard = now; // Its caller may have waited in silence.
    }
    boolean isNeeded = key.seq() >= caller.lowest || !rules.dropsAnswered();
    if (isNeeded && rules.keepsAnswers()) {
      boolean fits = bytes + answer.length() <= limits.bytesMax().bytes();
      put(caller, key.seq(), new Entry(false, fits ? Optional.of(answer) : Optional.empty()));
    } else {
      remove(caller, key.seq());
    }
  }

  /** The request that was to run did certainly not: the next attempt at it is new. */
  public void didNotRun(RequestKey key) {
    @Nullable Caller caller = callers.get(of(key));
    if (caller != null && isRunning(caller, key.seq())) {
      remove(caller, key.seq());
    }
  }

  /**
   * The caller has given the request up.
   *
   * @return whether it runs, so that it can be interrupted; it must complete all the same
   */
  public boolean cancel(RequestKey key) {
    @Nullable Caller caller = callers.get(of(key));
    if (caller == null || !isRunning(caller, key.seq())) {
      return false;
    }
    if (!rules.keepsCancelled()) {
      remove(caller, key.seq());
    }
    return true;
  }

  private static boolean isRunning(Caller caller, long seq) {
    @Nullable Entry entry = caller.entries.get(seq);
    return entry != null && entry.isRunning;
  }

  private void put(Caller caller, long seq, Entry entry) {
    @Nullable Entry before = caller.entries.put(seq, entry);
    if (before != null) {
      count(caller, before, -1);
    }
    count(caller, entry, 1);
  }

  private void remove(Caller caller, long seq) {
    @Nullable Entry entry = caller.entries.remove(seq);
    if (entry != null) {
      count(caller, entry, -1);
    }
  }

  private void count(Caller caller, Entry entry, int by) {
    bytes += (long) by * entry.bytes();
    running += entry.isRunning ? by : 0;
    caller.running += entry.isRunning ? by : 0;
    kept += entry.isRunning ? 0 : by;
  }

  /** What is below is answered: its answers go; what runs below has nobody who waits. */
  private void raise(Caller caller, long lowest) {
    if (lowest <= caller.lowest) {
      return; // An attempt that was long on its way.
    }
    caller.lowest = lowest;
    if (rules.dropsAnswered()) {
      dropBelow(caller);
    }
  }

  private void dropBelow(Caller caller) {
    // Without an iterator: in the browser that of a tree does not remove what it should.
    Map.Entry<Long, Entry> each = caller.entries.firstEntry();
    while (each != null && each.getKey() < caller.lowest) {
      if (!each.getValue().isRunning) {
        remove(caller, each.getKey());
      }
      each = caller.entries.higherEntry(each.getKey());
    }
  }

  /** When {@link #timer} is due; empty while nothing is kept. */
  public Optional<MonoTime> nextDeadline() {
    long nanos = limits.silence().toNanos() / SCANS_IN_SILENCE;
    return kept == 0 ? Optional.empty() : scannedAt.map(at -> at.plusNanos(nanos));
  }

  /** Drops what is kept for callers that have been silent for long; not what runs. */
  public void timer(MonoTime now) {
    scannedAt = Optional.of(now);
    for (Caller caller : callers.values()) {
      if (caller.running == 0 && isSilent(caller, now, 1)) {
        caller.lowest = Math.max(caller.lowest, caller.highest + 1);
        dropBelow(caller);
      }
    }
  }

  private boolean isSilent(Caller caller, MonoTime now, int times) {
    return now.nanosSince(caller.heard) >= times * limits.silence().toNanos();
  }

  /** Whether some callers could be forgotten, of whom nothing is on its way any more. */
  private boolean forgetCallers(MonoTime now) {
    boolean any = false;
    for (CallerId id : List.copyOf(callers.keySet())) {
      @Nullable Caller caller = callers.get(id);
      if (caller != null && caller.entries.isEmpty() && isSilent(caller, now, 2)) {
        callers.remove(id);
        any = true;
      }
    }
    hasForgottenCallers |= any;
    return any;
  }

  /** Requests that run. */
  public int running() {
    return running;
  }

  /** Requests that ran, and whose answers are kept. */
  public int kept() {
    return kept;
  }

  public int callers() {
    return callers.size();
  }

  /** What all that is kept takes; never above the limit. */
  public long bytes() {
    return bytes;
  }
}
