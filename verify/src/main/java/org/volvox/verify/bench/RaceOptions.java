package org.volvox.verify.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How a race is run.
 *
 * @param systems which take part, by name
 * @param bytes lengths of values
 * @param clients numbers of clients
 * @param rounds of each system at each point
 * @param measured how long a round is
 * @param warmUp how long each system is loaded before the first round: compilers at work are not
 *     what is measured
 */
public record RaceOptions(
    List<String> systems,
    List<Integer> bytes,
    List<Integer> clients,
    int rounds,
    Duration measured,
    Duration warmUp) {
  /** What `./dev bench writes` and `reads` run unless told otherwise. */
  public static final RaceOptions DEFAULT =
      new RaceOptions(
          RaceSystems.ALL,
          List.of(256, 4096),
          List.of(1, 64, 512),
          7,
          Duration.ofSeconds(4),
          Duration.ofSeconds(60));

  public RaceOptions {
    systems = List.copyOf(systems);
    bytes = List.copyOf(bytes);
    clients = List.copyOf(clients);
    if (rounds < 1) throw new IllegalArgumentException("--rounds " + rounds + ": at least 1");
  }

  /** These options but for what the words of a command line say, of the systems of the race. */
  public RaceOptions with(List<String> words) {
    return with(words, RaceSystems.ALL);
  }

  /**
   * The same for another set of systems.
   *
   * @param known all that there are
   */
  public RaceOptions with(List<String> words, List<String> known) {
    return new RaceOptions(
        words(words, "--systems", systems, known),
        numbers(words, "--bytes", bytes),
        numbers(words, "--clients", clients),
        Integer.parseInt(value(words, "--rounds", Integer.toString(rounds))),
        Duration.ofSeconds(Long.parseLong(value(words, "--seconds", "" + measured.toSeconds()))),
        Duration.ofSeconds(Long.parseLong(value(words, "--warm-up", "" + warmUp.toSeconds()))));
  }

  /** The same with others at the start, for a benchmark with another set by default. */
  RaceOptions of(List<String> otherSystems, List<Integer> otherBytes, List<Integer> otherClients) {
    return new RaceOptions(otherSystems, otherBytes, otherClients, rounds, measured, warmUp);
  }

  /** Words out of a list of those that there are. */
  public static List<String> words(
      List<String> words, String name, List<String> otherwise, List<String> known) {
    List<String> said = list(value(words, name, String.join(",", otherwise)));
    for (String each : said) {
      if (!known.contains(each)) {
        throw new IllegalArgumentException(
            name + " " + each + ": there are " + String.join(",", known));
      }
    }
    return said;
  }

  static String value(List<String> words, String name, String otherwise) {
    int at = words.indexOf(name);
    return at < 0 || at + 1 == words.size() ? otherwise : words.get(at + 1);
  }

  static List<String> list(String text) {
    return Arrays.asList(text.split(",", -1));
  }

  /** Numbers with commas between, behind a word. */
  public static List<Integer> numbers(List<String> words, String name, List<Integer> otherwise) {
    return numbers(value(words, name, join(otherwise)));
  }

  private static List<Integer> numbers(String text) {
    return list(text).stream().map(Integer::valueOf).toList();
  }

  private static String join(List<Integer> numbers) {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }
}
