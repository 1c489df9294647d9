package org.volvox.verify.rules.planted;

import java.util.List;
import java.util.TreeMap;

/** What a pure module may do; no rule may catch it. */
final class Pure {
  private final TreeMap<String, Integer> ordered = new TreeMap<>();

  int count(List<String> names) {
    names.forEach(name -> ordered.merge(name, 1, Integer::sum));
    return ordered.size();
  }
}
