package org.volvox.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.volvox.base.MonoTime;

final class DeadlinesTest {
  @Test
  void asAListThatIsSortedAnewEachTime() {
    Random random = new Random(1);
    Deadlines deadlines = new Deadlines();
    TreeMap<Long, OpenCall> open = new TreeMap<>();
    for (long id = 1; id < 20_000; id++) {
      Optional<MonoTime> at =
          random.nextInt(10) == 0
              ? Optional.empty()
              : Optional.of(new MonoTime(random.nextInt(900)));
      OpenCall call = new OpenCall(id, true, at);
      open.put(id, call);
      deadlines.add(call);
      while (open.size() > random.nextInt(200)) {
        List<Long> ids = new ArrayList<>(open.keySet());
        Long ended = ids.get(random.nextInt(ids.size()));
        deadlines.remove(Objects.requireNonNull(open.remove(ended)));
      }
      Optional<OpenCall> first =
          open.values().stream()
              .filter(each -> each.deadline.isPresent())
              .min((a, b) -> a.deadline.orElseThrow().compareTo(b.deadline.orElseThrow()));
      assertThat(deadlines.first()).isEqualTo(first.flatMap(each -> each.deadline));
      MonoTime now = new MonoTime(random.nextInt(900));
      OpenCall due = deadlines.due(now);
      boolean isDue = first.isPresent() && !now.isBefore(first.get().deadline.orElseThrow());
      assertThat(due != null).isEqualTo(isDue);
      if (due != null) {
        assertThat(due.deadline).isEqualTo(first.orElseThrow().deadline);
        assertThat(open.values()).contains(due);
      }
    }
  }

  @Test
  void equalTimesAreDueInTheOrderOfCalls() {
    Deadlines deadlines = new Deadlines();
    List<OpenCall> calls = new ArrayList<>();
    for (long id : new long[] {5, 1, 3}) {
      calls.add(new OpenCall(id, true, Optional.of(new MonoTime(7))));
      deadlines.add(calls.getLast());
    }
    List<Long> due = new ArrayList<>();
    OpenCall next = deadlines.due(new MonoTime(7));
    while (next != null) {
      due.add(next.id);
      deadlines.remove(next);
      next = deadlines.due(new MonoTime(7));
    }
    assertThat(due).containsExactly(1L, 3L, 5L);
    assertThat(deadlines.first()).isEmpty();
  }

  @Test
  void whatEndedLongBeforeItsTimeIsNotKept() {
    Deadlines deadlines = new Deadlines();
    OpenCall stays = new OpenCall(1, true, Optional.of(new MonoTime(0)));
    deadlines.add(stays);
    for (long id = 2; id < 100_000; id++) {
      OpenCall call = new OpenCall(id, true, Optional.of(new MonoTime(1_000_000)));
      deadlines.add(call);
      deadlines.remove(call);
    }
    assertThat(deadlines.size()).isLessThan(200);
    assertThat(deadlines.due(MonoTime.ZERO)).isSameAs(stays);
  }
}
