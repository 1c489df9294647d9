package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.Prng;
import org.volvox.base.Term;

class LogTailTest {
  @Test
  void doesAsAPlainListOfEntriesDoes() {
    for (int seed = 0; seed < 50; seed++) {
      Prng prng = new Prng(seed);
      List<Entry> list = new ArrayList<>();
      LogTail log = new LogTail(Recovered.NOTHING, 400);
      long term = 1;
      long durable = 0;
      for (int step = 0; step < 200; step++) {
        term += prng.below(4) == 0 ? prng.between(1, 3) : 0;
        switch (prng.below(6)) {
          case 0 -> {
            long first = prng.between(1, list.size() + 1);
            log.truncateFrom(new LogIndex(first));
            list.subList((int) first - 1, list.size()).clear();
            durable = Math.min(durable, first - 1);
          }
          case 1 -> {
            durable = prng.between((int) durable, list.size());
            log.dropDurable(new LogIndex(durable));
          }
          default -> {
            Entry entry = Core.entry(term, list.size() + 1);
            log.append(entry);
            list.add(entry);
          }
        }
        compare(log, list, durable, prng);
      }
    }
  }

  private static void compare(LogTail log, List<Entry> list, long durable, Prng prng) {
    assertThat(log.lastIndex().value()).isEqualTo(list.size());
    assertThat(log.lastTerm()).isEqualTo(termAt(list, list.size()));
    assertThat(log.firstHeld().value()).isLessThanOrEqualTo(durable + 1);
    long index = prng.between(0, list.size());
    assertThat(log.termAt(new LogIndex(index))).isEqualTo(termAt(list, index));
    assertThat(log.has(new LogIndex(list.size() + 1L), new Term(1))).isFalse();
    LogIndex limit = new LogIndex(prng.between(0, list.size() + 3));
    Term term = new Term(prng.below(20));
    long expected = Math.min(limit.value(), list.size());
    while (termAt(list, expected).isAfter(term)) {
      expected--;
    }
    assertThat(log.lastWithTermAtMost(limit, term).value()).isEqualTo(expected);
    assertThat(log.isHeld(log.lastIndex().next())).isFalse();
    if (index > 0 && log.isHeld(new LogIndex(index))) {
      List<Entry> slice = log.slice(new LogIndex(index), prng.between(1, 200));
      assertThat(slice).isNotEmpty();
      assertThat(list.subList((int) index - 1, list.size()))
          .startsWith(slice.toArray(Entry[]::new));
    }
  }

  private static Term termAt(List<Entry> list, long index) {
    return index == 0 ? Term.ZERO : list.get((int) index - 1).term();
  }

  @Test
  void aSliceHasOneEntryAtLeastAndElseKeepsToItsLimit() {
    List<Entry> entries = Core.log(1, 1, 1, 1);
    LogTail log =
        new LogTail(
            Recoveries.of(new HardState(new Term(1), Optional.empty()), entries, 4), 1 << 20);
    int weight = entries.getFirst().weightBytes();
    assertThat(log.slice(new LogIndex(1), 1)).hasSize(1);
    assertThat(log.slice(new LogIndex(1), 2 * weight - 1)).hasSize(1);
    assertThat(log.slice(new LogIndex(1), 2 * weight)).hasSize(2);
    assertThat(log.slice(new LogIndex(3), 100 * weight)).hasSize(2);
  }

  @Test
  void whatIsNotDurableStaysInMemoryWhateverItWeighs() {
    LogTail log = new LogTail(Recovered.NOTHING, 1);
    for (int i = 1; i <= 10; i++) {
      log.append(Core.entry(1, i));
    }
    log.dropDurable(new LogIndex(4));
    assertThat(log.firstHeld().value()).isEqualTo(5);
    log.dropDurable(new LogIndex(10));
    assertThat(log.firstHeld().value()).isEqualTo(11);
  }

  @Test
  void gapsFallingTermsAndQuestionsBeyondTheEndAreBugs() {
    LogTail log = new LogTail(Recovered.NOTHING, 100);
    log.append(Core.entry(3, 1));
    assertThatThrownBy(() -> log.append(Core.entry(3, 3))).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> log.append(Core.entry(2, 2))).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> log.termAt(new LogIndex(2))).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> log.slice(new LogIndex(2), 9)).isInstanceOf(Invariant.Broken.class);
  }
}
