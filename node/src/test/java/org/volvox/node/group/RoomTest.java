package org.volvox.node.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {
  @Test
  void isBoundedByCount() {
    Room room = new Room(2, 100);
    assertThat(room.enter(0)).isTrue();
    assertThat(room.enter(0)).isTrue();
    assertThat(room.enter(0)).isFalse();
    room.leave(0);
    assertThat(room.enter(0)).isTrue();
  }

  @Test
  void isBoundedByBytesButTakesOneThatIsAlone() {
    Room room = new Room(100, 100);
    assertThat(room.enter(1000)).isTrue();
    assertThat(room.enter(1)).isFalse();
    assertThat(room.enter(0)).as("what weighs nothing only counts").isTrue();
    room.leave(1000);
    assertThat(room.enter(60)).isTrue();
    assertThat(room.enter(40)).isTrue();
    assertThat(room.enter(1)).isFalse();
  }
}
