package org.volvox.node.measure;

import java.util.List;
import java.util.Optional;

/**
 * A number that a node knows of itself at one moment. Names and units are Prometheus': base units
 * (seconds, bytes), and {@code _total} is left to whoever writes it down.
 *
 * @param label what tells it from others of the same name
 */
public record Measure(String name, String help, Optional<Label> label, Value value) {
  /** As {@code method="COMMAND"}. */
  public record Label(String name, String value) {}

  /** What kind of number it is. */
  public sealed interface Value {
    /** It goes up and down. */
    record Gauge(double now) implements Value {}

    /** It goes up until the process ends. */
    record Counter(double total) implements Value {}

    /**
     * How long something took, how often.
     *
     * @param counts for each of {@link Timing#BOUNDS}, how many took no longer and longer than the
     *     bound before; then how many took longer than all
     */
    record Spans(List<Long> counts, double seconds) implements Value {
      public Spans {
        counts = List.copyOf(counts);
      }
    }
  }

  public static Measure gauge(String name, String help, double now) {
    return new Measure(name, help, Optional.empty(), new Value.Gauge(now));
  }

  public static Measure counter(String name, String help, double total) {
    return new Measure(name, help, Optional.empty(), new Value.Counter(total));
  }

  public static Measure spans(String name, String help, Timing timing) {
    return new Measure(name, help, Optional.empty(), timing.spans());
  }

  /** The same, told from others of its name. */
  public Measure of(String labelName, String labelValue) {
    return new Measure(name, help, Optional.of(new Label(labelName, labelValue)), value);
  }
}
