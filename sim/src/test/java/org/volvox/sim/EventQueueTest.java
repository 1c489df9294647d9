package org.volvox.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Invariant;
import org.volvox.base.Prng;

class EventQueueTest {
  private final EventQueue<String> queue = new EventQueue<>();

  @Test
  void takesEventsInOrderOfTime() {
    queue.schedule(30, "c");
    queue.schedule(10, "a");
    queue.schedule(20, "b");
    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.nextMicros()).isEqualTo(10);
    assertThat(queue.next() + queue.next() + queue.next()).isEqualTo("abc");
    assertThat(queue.nowMicros()).isEqualTo(30);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void breaksTiesByOrderOfScheduling() {
    for (int i = 0; i < 20; i++) {
      queue.schedule(5, Integer.toString(i));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(queue.next()).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void movesThePastToNow() {
    queue.schedule(50, "later");
    assertThat(queue.next()).isEqualTo("later");
    queue.schedule(10, "past");
    assertThat(queue.nextMicros()).isEqualTo(50);
  }

  @Test
  void agreesWithASortedList() {
    Prng prng = new Prng(7);
    List<Integer> times = new ArrayList<>();
    EventQueue<Integer> numbers = new EventQueue<>();
    for (int i = 0; i < 500; i++) {
      int at = prng.below(100);
      times.add(at);
      numbers.schedule(at, at);
    }
    times.sort(Integer::compare);
    for (int time : times) {
      assertThat(numbers.next()).isEqualTo(time);
    }
  }

  @Test
  void refusesToSkipEventsOrToInventThem() {
    assertThatThrownBy(queue::next).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(queue::nextMicros).isInstanceOf(Invariant.Broken.class);
    queue.advanceTo(40);
    queue.schedule(60, "x");
    queue.advanceTo(60);
    assertThatThrownBy(() -> queue.advanceTo(61)).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> queue.advanceTo(59)).isInstanceOf(Invariant.Broken.class);
  }
}
