package org.volvox.verify.bench.rpc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.volvox.verify.bench.Load;
import org.volvox.verify.bench.Rounds;

/** Every round as a line of text, and rounds out of such lines. */
final class RpcCsv {
  private static final String HEAD =
      "task,bytes,in_flight,connections,round,system,per_second,p50_us,p99_us,p999_us,server_cpu_us,"
          + "caller_cpu_us,server_bytes,caller_bytes,failures";

  private static final List<ToDoubleFunction<RpcSample>> COLUMNS =
      List.of(
          RpcSample::perSecond,
          RpcSample::p50Micros,
          RpcSample::p99Micros,
          RpcSample::p999Micros,
          RpcSample::serverMicros,
          RpcSample::callerMicros,
          RpcSample::serverBytes,
          RpcSample::callerBytes);

  /** Columns that say where and by whom a round was run. */
  private static final int KEYS = 6;

  /** The round of a load that a line belongs to. */
  private record Turn(RpcLoad load, int round) {}

  private RpcCsv() {}

  static String text(Rounds<RpcLoad, RpcSample> rounds) {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    rounds
        .all()
        .forEach((load, all) -> {
          for (int round = 0; round < all.size(); round++) {
            append(text, new Turn(load, round + 1), all.get(round));
          }
        });
    return text.toString();
  }

  private static void append(StringBuilder text, Turn turn, Map<String, RpcSample> samples) {
    RpcLoad load = turn.load();
    samples.forEach((system, sample) -> {
      text.append(load.task().text()).append(',').append(load.bytes()).append(',');
      text.append(load.callers()).append(',').append(load.connections()).append(',');
      text.append(turn.round()).append(',').append(system);
      for (ToDoubleFunction<RpcSample> column : COLUMNS) {
        text.append(String.format(Locale.ROOT, ",%.3f", column.applyAsDouble(sample)));
      }
      text.append(',').append(sample.load().failures()).append('\n');
    });
  }

  /** The rounds that a text holds, which {@link #text} wrote. */
  static Rounds<RpcLoad, RpcSample> rounds(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().equals(HEAD)) {
      throw new IllegalArgumentException("no rounds of calls: the first line is not " + HEAD);
    }
    Map<Turn, Map<String, RpcSample>> turns = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      List<String> words = List.of(line.split(",", -1));
      if (words.size() != KEYS + COLUMNS.size() + 1) {
        throw new IllegalArgumentException("not a round of calls: " + line);
      }
      turns
          .computeIfAbsent(turn(words), turn -> new LinkedHashMap<>())
          .put(words.get(KEYS - 1), sample(words.subList(KEYS, words.size())));
    }
    Rounds<RpcLoad, RpcSample> rounds = new Rounds<>();
    turns.forEach((turn, samples) -> rounds.add(turn.load(), samples));
    return rounds;
  }

  private static Turn turn(List<String> words) {
    RpcLoad load =
        new RpcLoad(
            RpcLoad.Task.of(words.get(0)),
            Integer.parseInt(words.get(1)),
            Integer.parseInt(words.get(2)),
            Integer.parseInt(words.get(3)));
    return new Turn(load, Integer.parseInt(words.get(4)));
  }

  /** In the order of the columns. */
  private static RpcSample sample(List<String> words) {
    List<Double> values =
        words.subList(0, COLUMNS.size()).stream().map(Double::parseDouble).toList();
    Load.Sample load =
        new Load.Sample(
            values.get(0),
            values.get(1) / 1e3,
            values.get(2) / 1e3,
            values.get(3) / 1e3,
            values.get(4),
            values.get(5),
            Long.parseLong(words.getLast()));
    return new RpcSample(load, values.get(7), values.get(6));
  }
}
