package org.volvox.cli.beside;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.volvox.node.measure.Measure;
import org.volvox.node.measure.Measure.Value;
import org.volvox.node.measure.Timing;

/**
 * What a node measures and what its Java does, in Prometheus' text format (version 0.0.4), written
 * by Prometheus' own client library.
 */
final class MetricsText {
  private static final List<Double> BOUNDS = bounds();

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  /** {@code measures} is asked at each reading. */
  MetricsText(Supplier<List<Measure>> measures) {
    JvmMetrics.builder().register(registry);
    registry.register((MultiCollector) () -> snapshots(measures.get()));
  }

  private static List<Double> bounds() {
    List<Double> bounds = new ArrayList<>(Timing.BOUNDS);
    bounds.add(Double.POSITIVE_INFINITY);
    return List.copyOf(bounds);
  }

  String contentType() {
    return writer.getContentType();
  }

  byte[] text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out, registry.scrape());
    return out.toByteArray();
  }

  private static MetricSnapshots snapshots(List<Measure> measures) {
    Map<String, List<Measure>> byName = new LinkedHashMap<>();
    measures.forEach(each -> byName.computeIfAbsent(each.name(), _ -> new ArrayList<>()).add(each));
    List<MetricSnapshot> all = new ArrayList<>();
    byName.forEach((name, same) -> all.add(snapshot(name, same)));
    return new MetricSnapshots(all);
  }

  /** All of one name, which are of one kind. */
  private static MetricSnapshot snapshot(String name, List<Measure> same) {
    String help = same.getFirst().help();
    return switch (same.getFirst().value()) {
      case Value.Gauge _ -> {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        same.forEach(each -> gauge.dataPoint(gauge(each)));
        yield gauge.build();
      }
      case Value.Counter _ -> {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        same.forEach(each -> counter.dataPoint(counter(each)));
        yield counter.build();
      }
      case Value.Spans _ -> {
        HistogramSnapshot.Builder spans = HistogramSnapshot.builder().name(name).help(help);
        same.forEach(each -> spans.dataPoint(spans(each)));
        yield spans.build();
      }
    };
  }

  private static Labels labels(Measure measure) {
    return measure
        .label()
        .map(label -> Labels.of(label.name(), label.value()))
        .orElse(Labels.EMPTY);
  }

  private static GaugeDataPointSnapshot gauge(Measure measure) {
    return GaugeDataPointSnapshot.builder()
        .labels(labels(measure))
        .value(((Value.Gauge) measure.value()).now())
        .build();
  }

  private static CounterDataPointSnapshot counter(Measure measure) {
    return CounterDataPointSnapshot.builder()
        .labels(labels(measure))
        .value(((Value.Counter) measure.value()).total())
        .build();
  }

  private static HistogramDataPointSnapshot spans(Measure measure) {
    Value.Spans spans = (Value.Spans) measure.value();
    return HistogramDataPointSnapshot.builder()
        .labels(labels(measure))
        .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, spans.counts()))
        .sum(spans.seconds())
        .build();
  }
}
