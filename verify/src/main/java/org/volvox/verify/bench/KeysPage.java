package org.volvox.verify.bench;

import java.util.Locale;

/** What the parts of the benchmark of key spaces tell, one after the other. */
final class KeysPage implements RaceReport.Tables {
  /** Where a figure was taken. */
  record Place(String part, String load, int round, String system) {}

  private final StringBuilder verdict = new StringBuilder();
  private final StringBuilder sections = new StringBuilder();
  private final StringBuilder rows = new StringBuilder("part,load,round,system,figure,value\n");

  /** Adds what a goal asks for and what was seen. */
  void goal(String text) {
    verdict.append("- ").append(text).append('\n');
  }

  void section(String title, String text) {
    sections.append("## ").append(title).append("\n\n").append(text).append('\n');
  }

  void figure(Place place, String figure, double value) {
    rows.append(place.part()).append(',').append(place.load()).append(',');
    rows.append(place.round()).append(',').append(place.system()).append(',').append(figure);
    rows.append(String.format(Locale.ROOT, ",%.4f%n", value));
  }

  /** All figures of one round of closed loops. */
  void sample(Place place, Load.Sample sample) {
    figure(place, "per_second", sample.perSecond());
    figure(place, "p50_ms", sample.p50Millis());
    figure(place, "p99_ms", sample.p99Millis());
    figure(place, "p999_ms", sample.p999Millis());
    figure(place, "server_us", sample.serverMicros());
    figure(place, "client_us", sample.clientMicros());
    figure(place, "failures", (double) sample.failures());
  }

  @Override
  public String verdict() {
    return verdict.toString();
  }

  @Override
  public String all() {
    return sections.toString();
  }

  @Override
  public String csv() {
    return rows.toString();
  }
}
