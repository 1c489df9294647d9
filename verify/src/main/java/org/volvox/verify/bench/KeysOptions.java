package org.volvox.verify.bench;

import java.util.List;

/**
 * How the benchmark of key spaces is run.
 *
 * @param race systems, lengths of values, clients, rounds and times
 * @param watchers numbers of watchers of one key
 * @param keys how many a space grows to
 */
public record KeysOptions(RaceOptions race, List<String> parts, List<Integer> watchers, long keys) {
  static final String PUT = "put";
  static final String GET = "get";
  static final String WATCH = "watch";
  static final String AVAILABLE = "available";
  static final String GROWTH = "growth";

  /** In the order in which they run. */
  static final List<String> PARTS = List.of(PUT, GET, WATCH, AVAILABLE, GROWTH);

  private static final List<String> SYSTEMS = List.of(VolvoxSystem.NAME, EtcdSystem.NAME);

  /** As many windows of transactions of a hundred keys need it. */
  static final long KEYS_MIN = 10_000;

  /** What `./dev bench keys` runs unless told otherwise. */
  public static final KeysOptions DEFAULT =
      new KeysOptions(
          RaceOptions.DEFAULT.of(SYSTEMS, List.of(256), List.of(1, 64, 512)),
          PARTS,
          List.of(1, 10, 100, 1000),
          1_000_000);

  public KeysOptions {
    parts = List.copyOf(parts);
    watchers = List.copyOf(watchers);
    if (keys < KEYS_MIN) {
      throw new IllegalArgumentException("--keys " + keys + ": at least " + KEYS_MIN);
    }
  }

  /** These options but for what the words of a command line say. */
  public KeysOptions with(List<String> words) {
    return new KeysOptions(
        race.with(words, SYSTEMS),
        RaceOptions.words(words, "--parts", parts, PARTS),
        RaceOptions.numbers(words, "--watchers", watchers),
        Long.parseLong(RaceOptions.value(words, "--keys", Long.toString(keys))));
  }

  boolean has(String part) {
    return parts.contains(part);
  }

  /** Whether something is run beside other systems. */
  boolean isRace() {
    return has(PUT) || has(GET) || has(WATCH);
  }
}
