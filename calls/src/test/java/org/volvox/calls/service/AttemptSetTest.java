package org.volvox.calls.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class AttemptSetTest {
  @Test
  void isASetOfNumbers() {
    Random random = new Random(1);
    AttemptSet set = new AttemptSet();
    TreeSet<Integer> model = new TreeSet<>();
    for (int i = 0; i < 20_000; i++) {
      int attempt = 1 + random.nextInt(InvocationPolicy.ATTEMPTS_MAX);
      if (random.nextBoolean()) {
        assertThat(set.add(attempt)).isEqualTo(model.add(attempt));
      } else {
        assertThat(set.remove(attempt)).isEqualTo(model.remove(attempt));
      }
      assertThat(set.contains(attempt)).isEqualTo(model.contains(attempt));
      assertThat(set.isEmpty()).isEqualTo(model.isEmpty());
      if (!model.isEmpty()) {
        assertThat(set.first()).isEqualTo(model.first());
        assertThat(set.last()).isEqualTo(model.last());
      }
      List<Integer> all = new ArrayList<>();
      set.forEach(all::add);
      assertThat(all).isEqualTo(new ArrayList<>(model));
    }
    set.clear();
    assertThat(set.isEmpty()).isTrue();
  }

  @Test
  void takesNoOtherNumbers() {
    AttemptSet set = new AttemptSet();
    assertThatThrownBy(() -> set.add(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> set.add(InvocationPolicy.ATTEMPTS_MAX + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(set.contains(0)).isFalse();
    assertThat(set.contains(1_000)).isFalse();
    assertThat(set.remove(1_000)).isFalse();
  }
}
