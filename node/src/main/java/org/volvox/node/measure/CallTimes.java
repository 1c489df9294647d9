package org.volvox.node.measure;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.volvox.calls.Method;

/** How many calls of each method came, how long they took, and how many failed. */
public final class CallTimes {
  private final Map<Method, OfMethod> methods = new EnumMap<>(Method.class);

  /** One method's. */
  private record OfMethod(Timing timing, LongAdder failed) {}

  public CallTimes() {
    for (Method method : Method.values()) {
      methods.put(method, new OfMethod(new Timing(), new LongAdder()));
    }
  }

  /** A call is over. */
  public void over(Method method, long beganNanos, boolean hasFailed) {
    OfMethod of = methods.get(method);
    if (of == null) {
      return;
    }
    of.timing.add(System.nanoTime() - beganNanos);
    if (hasFailed) {
      of.failed.increment();
    }
  }

  /** Those of methods that were called at all. */
  public List<Measure> measures() {
    List<Measure> all = new ArrayList<>();
    methods.forEach((method, of) -> {
      if (of.timing.count() > 0) {
        String name = method.name().toLowerCase(Locale.ROOT);
        all.add(
            Measure.spans("volvox_calls_seconds", "Calls that this node served.", of.timing)
                .of("method", name));
        all.add(
            Measure.counter(
                    "volvox_calls_failed", "Of them those that failed.", (double) of.failed.sum())
                .of("method", name));
      }
    });
    return all;
  }
}
