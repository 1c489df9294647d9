package org.volvox.worlds.rpc;

import java.util.ArrayList;
import java.util.List;

/** What crashes, starts again and stands still. */
abstract class Machine {
  /** Lives of machines that never end. */
  static final int ANY_LIFE = -1;

  final int endpoint;
  final Stage stage;
  private final String name;
  private final List<Stage.Event> missed = new ArrayList<>();
  private int life;
  private boolean isUp;
  private boolean isPaused;
  private int resumedMicros;

  Machine(int endpoint, String name, Stage stage) {
    this.endpoint = endpoint;
    this.name = name;
    this.stage = stage;
  }

  int life() {
    return life;
  }

  boolean isUp() {
    return isUp;
  }

  /** Whether it is up, and has been running without a pause for so long. */
  boolean runsSince(int micros) {
    return isUp && !isPaused && stage.micros() - resumedMicros >= micros;
  }

  void start() {
    if (!isUp) {
      isUp = true;
      life++;
      resumedMicros = stage.micros();
      begin();
    }
  }

  void crash() {
    if (isUp) {
      isUp = false;
      isPaused = false;
      life++;
      missed.clear();
      stage.count(RpcCount.CRASHES);
      stage.tell(this, "crashes");
      perish();
    }
  }

  void pause() {
    isPaused = isUp;
  }

  void resume() {
    if (isPaused) {
      isPaused = false;
      resumedMicros = stage.micros();
      List<Stage.Event> all = List.copyOf(missed);
      missed.clear();
      all.forEach(this::take);
    }
  }

  /** An event of this machine happens, now or when it goes on. */
  void take(Stage.Event event) {
    if (isPaused) {
      missed.add(event);
    } else if (event.life() == ANY_LIFE || (event.life() == life && isUp)) {
      stage.tell(this, event);
      event.action().run();
    }
  }

  /** A new life begins. */
  abstract void begin();

  /** All that was in memory is gone. */
  abstract void perish();

  @Override
  public String toString() {
    return name + endpoint;
  }
}
