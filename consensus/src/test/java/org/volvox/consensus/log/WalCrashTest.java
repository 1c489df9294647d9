package org.volvox.consensus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered;

/**
 * Random writes, syncs, purges and crashes against a plain list: after each crash the log is one of
 * the states between the last sync and the crash; consensus.md section 5, rows 4, 6 and 45.
 */
class WalCrashTest {
  private static final int SEEDS = 150;
  private static final int STEPS = 60;

  /** What a log should be; {@code entries} begin with index 1. */
  private record Model(HardState state, List<Entry> entries) {
    Model {
      entries = List.copyOf(entries);
    }

    long last() {
      return entries.size();
    }
  }

  private final TestDisk disk = new TestDisk();
  private final List<Model> history = new ArrayList<>();
  private Prng prng = new Prng(0);
  private int syncedAt;
  private long writeId;

  @Test
  void crashLeavesAStateBetweenTheLastSyncAndTheEnd() throws DiskException {
    for (int seed = 1; seed <= SEEDS; seed++) {
      new WalCrashTest().run(seed);
    }
  }

  private void run(int seed) throws DiskException {
    prng = new Prng(seed);
    history.add(new Model(HardState.INITIAL, List.of()));
    WalConfig config = new WalConfig(9, 2048 + 512 * prng.below(20), 100 + prng.below(2000));
    RaftWal wal = reopen(config, seed);
    for (int step = 0; step < STEPS; step++) {
      switch (prng.below(10)) {
        case 0 -> {
          disk.crash(prng, new Ratio(prng.between(1, 10), 10));
          wal = reopen(config, seed);
        }
        case 1, 2 -> wal.idle();
        case 3, 4, 5 -> {
          wal.sync();
          syncedAt = history.size() - 1;
        }
        default -> write(wal);
      }
      checkReads(wal);
    }
  }

  private void write(RaftWal wal) throws DiskException {
    Model now = history.getLast();
    Term term = new Term(now.state().term().value() + prng.below(2));
    Optional<HardState> state =
        term.equals(now.state().term())
            ? Optional.empty()
            : Optional.of(new HardState(term, Optional.of(new NodeId(1 + prng.below(3)))));
    long keep = now.last() - (prng.chance(new Ratio(1, 4)) ? prng.below((int) now.last() + 1) : 0);
    List<Entry> all = new ArrayList<>(now.entries().subList(0, (int) keep));
    List<Entry> added = new ArrayList<>();
    for (int i = prng.below(4); i > 0; i--) {
      byte[] payload = new byte[prng.below(prng.chance(new Ratio(1, 8)) ? 3000 : 60)];
      java.util.Arrays.fill(payload, (byte) prng.nextInt());
      Entry.Kind kind = prng.below(5) == 0 ? Entry.Kind.NOOP : Entry.Kind.COMMAND;
      added.add(new Entry(term, new LogIndex(all.size() + 1), kind, Bytes.wrap(payload)));
      all.add(added.getLast());
    }
    if (added.isEmpty()) {
      all = new ArrayList<>(now.entries());
    }
    wal.persist(List.of(new Effect.Persist(++writeId, state, added, List.of())));
    history.add(new Model(state.orElse(now.state()), all));
  }

  private RaftWal reopen(WalConfig config, int seed) throws DiskException {
    RaftWal.Start start = RaftWal.open(disk, config, 0, StateAt.NOTHING);
    assertThat(start).as("seed %d", seed).isInstanceOf(RaftWal.Start.Ready.class);
    RaftWal.Start.Ready ready = (RaftWal.Start.Ready) start;
    List<Entry> entries = readAll(ready.wal());
    Model found = new Model(ready.recovered().hardState(), entries);
    int match = -1;
    for (int i = history.size() - 1; i >= syncedAt && match < 0; i--) {
      if (history.get(i).equals(found)) {
        match = i;
      }
    }
    assertThat(match).as("seed %d", seed).isGreaterThanOrEqualTo(0);
    checkRecovered(ready.recovered(), found);
    while (history.size() > match + 1) {
      history.removeLast();
    }
    syncedAt = match;
    return ready.wal();
  }

  private static void checkRecovered(Recovered recovered, Model found) {
    assertThat(recovered.lastIndex().value()).isEqualTo(found.last());
    List<Entry> tail = recovered.tail();
    assertThat(found.entries().subList((int) found.last() - tail.size(), (int) found.last()))
        .isEqualTo(tail);
    for (Entry entry : found.entries()) {
      boolean starts =
          entry.index().value() == 1
              || !found.entries().get((int) entry.index().value() - 2).term().equals(entry.term());
      assertThat(
              recovered.termStarts().contains(new Recovered.TermStart(entry.term(), entry.index())))
          .isEqualTo(starts);
    }
  }

  private void checkReads(RaftWal wal) throws DiskException {
    Model now = history.getLast();
    assertThat(wal.lastIndex().value()).isEqualTo(now.last());
    if (now.last() > 0) {
      assertThat(wal.lastTerm()).isEqualTo(now.entries().getLast().term());
      int first = prng.between(1, (int) now.last());
      int last = prng.between(first, (int) now.last() + 2);
      List<Entry> read = read(wal, first, last, prng.below(2000));
      assertThat(read).isNotEmpty();
      assertThat(read).isEqualTo(now.entries().subList(first - 1, first - 1 + read.size()));
    }
  }

  private static List<Entry> readAll(RaftWal wal) throws DiskException {
    List<Entry> all = new ArrayList<>();
    while (all.size() < wal.lastIndex().value()) {
      all.addAll(read(wal, all.size() + 1, wal.lastIndex().value(), 1000));
    }
    return all;
  }

  private static List<Entry> read(RaftWal wal, long first, long last, int bytesMax)
      throws DiskException {
    ReadResult result =
        wal.read(new Effect.ReadEntries(1, new LogIndex(first), new LogIndex(last), bytesMax));
    assertThat(result).isInstanceOf(ReadResult.Entries.class);
    return ((ReadResult.Entries) result).entries();
  }
}
