package org.volvox.worlds.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.volvox.base.InstanceId;

/**
 * Stands for the cluster's registry: rows that lapse some time after who bound them is heard of no
 * more, a view that is pushed to all callers and may be old, and answers to who asks anew. It never
 * fails, but may not be reached.
 */
final class Registry extends Machine {
  private static final int PUSH_MICROS = 300_000;

  private final int leaseMicros;
  private final TreeMap<InstanceId, Row> rows = new TreeMap<>();
  private final List<Caller> watchers = new ArrayList<>();

  /** An instance, where it listens, and until when it is taken for alive. */
  record Row(InstanceId instance, ServiceHost host, boolean isHealthy, int untilMicros) {}

  Registry(int endpoint, Stage stage) {
    super(endpoint, "registry", stage);
    leaseMicros = stage.prng.between(500_000, 2_000_000);
  }

  /** How often a host must be heard of. */
  int beatMicros() {
    return leaseMicros / 3;
  }

  void watchedBy(Caller caller) {
    watchers.add(caller);
  }

  @Override
  void begin() {
    push();
  }

  @Override
  void perish() {}

  /** From a host to here: these instances are alive. */
  void beat(ServiceHost host, List<InstanceId> instances, boolean isHealthy) {
    carry(
        host,
        this,
        "beat",
        () -> {
          int until = stage.micros() + leaseMicros;
          instances.forEach(each -> rows.put(each, new Row(each, host, isHealthy, until)));
        });
  }

  void unbind(ServiceHost host, List<InstanceId> instances) {
    carry(host, this, "unbind", () -> instances.forEach(rows::remove));
  }

  /** Asks anew; no answer comes if the way there or back is cut. */
  void ask(Caller caller, Consumer<List<Row>> answered) {
    int life = caller.life();
    carry(
        caller,
        this,
        "ask",
        () -> {
          List<Row> now = rows();
          carry(
              this,
              caller,
              "told",
              () -> {
                if (caller.life() == life) {
                  answered.accept(now);
                }
              });
        });
  }

  private List<Row> rows() {
    for (Row each : List.copyOf(rows.values())) {
      if (each.untilMicros <= stage.micros()) {
        rows.remove(each.instance);
      }
    }
    return List.copyOf(rows.values());
  }

  private void push() {
    List<Row> now = rows();
    watchers.forEach(each -> carry(this, each, "view", () -> each.sees(now)));
    after(PUSH_MICROS);
  }

  private void after(int micros) {
    stage.after(micros, this, "push", this::push);
  }

  private void carry(Machine from, Machine to, String what, Runnable action) {
    for (int at : stage.network.sendOnce(from.endpoint, to.endpoint, stage.micros())) {
      stage.queue.schedule(at, new Stage.Event(to, ANY_LIFE, what, from, action));
    }
  }
}
