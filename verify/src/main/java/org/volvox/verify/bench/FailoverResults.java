package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What was seen at each death, by kind and system. It is kept as lines of text beside the report,
 * so that kinds may be run one by one.
 *
 * <pre>
 * kind,system,gap ns,gap ns of the client of the dead,slowest write ns,failed writes
 * </pre>
 */
final class FailoverResults {
  private final Map<Death, Map<String, List<FailoverLoad.Seen>>> seen = new EnumMap<>(Death.class);

  /** What earlier runs left there. */
  static FailoverResults read(Path file) throws IOException {
    FailoverResults results = new FailoverResults();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] fields = line.split(",", 3);
        results.add(
            Death.valueOf(fields[0]),
            fields[1],
            FailoverLoad.Seen.parse(fields[2].replace(',', ' ')));
      }
    }
    return results;
  }

  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    seen.forEach((death, systems) ->
        systems.forEach((system, all) ->
            all.forEach(one ->
                lines.add(death.name() + "," + system + "," + one.line().replace(' ', ',')))));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, lines);
  }

  /** Forgets a kind of death: it is run anew. */
  void forget(Death death) {
    seen.remove(death);
  }

  void add(Death death, String system, FailoverLoad.Seen one) {
    seen.computeIfAbsent(death, kind -> new TreeMap<>())
        .computeIfAbsent(system, name -> new ArrayList<>())
        .add(one);
  }

  List<FailoverLoad.Seen> of(Death death, String system) {
    return seen.getOrDefault(death, Map.of()).getOrDefault(system, List.of());
  }

  /** One figure of all deaths of a kind. */
  Series series(Death death, String system, ToDoubleFunction<FailoverLoad.Seen> figure) {
    Series series = new Series();
    of(death, system).forEach(one -> series.add(figure.applyAsDouble(one)));
    return series;
  }
}
