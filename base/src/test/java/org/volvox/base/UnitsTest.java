package org.volvox.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnitsTest {
  @Test
  void refuseWhatCannotBe() {
    assertThatThrownBy(() -> new ByteCount(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new LogIndex(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new Term(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new SessionId(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new NodeId(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> new NodeId(65_536)).hasMessageContaining("65536");
    assertThatThrownBy(() -> new Pid(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> new Ratio(1, 0)).hasMessageContaining("1/0");
    assertThatThrownBy(() -> new Ratio(-1, 2)).hasMessageContaining("-1/2");
    assertThatThrownBy(() -> new Ratio(3, 2)).hasMessageContaining("3/2");
  }

  @Test
  void areOrdered() {
    assertThat(new ByteCount(1)).isLessThan(new ByteCount(2));
    assertThat(new LogIndex(1)).isLessThan(LogIndex.ZERO.plus(2));
    assertThat(new Term(1)).isLessThan(new Term(1).next());
    assertThat(SessionId.NONE).isLessThan(new SessionId(1));
    assertThat(new NodeId(1)).isLessThan(new NodeId(2));
    assertThat(new Pid(1)).isLessThan(new Pid(2));
    assertThat(new WallTime(1)).isLessThan(new WallTime(2));
    assertThat(MonoTime.ZERO).isLessThan(MonoTime.ZERO.plusNanos(1));
  }

  @Test
  void monoTimeCountsSpans() {
    MonoTime later = MonoTime.ZERO.plus(Duration.ofMillis(3));
    assertThat(later.nanosSince(MonoTime.ZERO)).isEqualTo(3_000_000);
    assertThat(MonoTime.ZERO.isBefore(later)).isTrue();
    assertThat(later.isBefore(later)).isFalse();
  }

  @Test
  void printAsPeopleReadThem() {
    assertThat(new ByteCount(5)).hasToString("5 B");
    assertThat(new NodeId(3)).hasToString("n3");
    assertThat(new SessionId(4)).hasToString("s4");
    assertThat(new LogIndex(6).next()).hasToString("7");
    assertThat(new Term(8)).hasToString("8");
    assertThat(new Pid(9)).hasToString("9");
    assertThat(new WallTime(10)).hasToString("10");
    assertThat(new MonoTime(2_500_000)).hasToString("2ms");
  }

  @Test
  void invariantsSayTheValues() {
    Invariant.check(true, "fine");
    Invariant.check(true, "fine", 1, 2);
    assertThatThrownBy(() -> Invariant.check(false, "broken"))
        .isInstanceOf(Invariant.Broken.class)
        .hasMessage("broken");
    assertThatThrownBy(() -> Invariant.check(false, "broken", 1, "x")).hasMessage("broken: 1, x");
    assertThat(Invariant.broken("why")).hasMessage("why");
  }

  @Test
  void diskErrorsKeepTheirKindAndCause() {
    Exception cause = new IllegalStateException("why");
    DiskException full = new DiskException(DiskException.Kind.FULL, "full", cause);
    assertThat(full.kind()).isEqualTo(DiskException.Kind.FULL);
    assertThat(full).hasMessage("full").hasCause(cause);
    assertThat(new DiskException(DiskException.Kind.MISSING, "gone")).hasMessage("gone");
  }

  @Test
  void budgetHandsOutWhatItHasOnce() {
    MemoryBudget budget = new MemoryBudget(new ByteCount(100));
    MemoryBudget.Grant first = budget.take(new ByteCount(60)).orElseThrow();
    assertThat(first.bytes()).isEqualTo(new ByteCount(60));
    assertThat(budget.take(new ByteCount(41))).isEmpty();
    assertThatThrownBy(() -> budget.part(new ByteCount(41))).hasMessageContaining("41 B");
    MemoryBudget.Grant second = budget.take(new ByteCount(40)).orElseThrow();
    assertThat(budget.left()).isEqualTo(new ByteCount(0));
    first.close();
    first.close();
    assertThat(budget.left()).isEqualTo(new ByteCount(60));
    second.close();
    MemoryBudget part = budget.part(new ByteCount(30));
    assertThat(part.take(new ByteCount(31))).isEmpty();
    assertThat(budget.left()).isEqualTo(new ByteCount(70));
    assertThat(budget.take(new ByteCount(70))).isPresent();
  }
}
