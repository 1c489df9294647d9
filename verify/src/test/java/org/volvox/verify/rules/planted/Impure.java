package org.volvox.verify.rules.planted;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** One use of each thing that a pure module must not touch. */
final class Impure {
  private final AtomicInteger shared = new AtomicInteger();

  Path file() {
    return Path.of("x");
  }

  long clock() {
    return System.nanoTime() + System.currentTimeMillis();
  }

  Thread thread() {
    return new Thread(shared::incrementAndGet);
  }

  Map<String, Integer> unordered() {
    return new HashMap<>(Map.of("a", 1));
  }

  Set<String> collected(List<String> names) {
    return names.stream().collect(Collectors.toSet());
  }

  String formatted() {
    return String.format("%d", shared.get());
  }

  double random() {
    return Math.random();
  }
}
