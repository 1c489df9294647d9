package org.volvox.sim.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code *.scenario} files: a line is a verb and its arguments, separated by blanks; {@code
 * #} begins a comment. The verbs belong to the world that will run it.
 */
public final class ScenarioParser {
  private final Map<String, Verb> verbs = new TreeMap<>();

  public ScenarioParser(List<Verb> vocabulary) {
    for (Verb verb : vocabulary) {
      verbs.put(verb.name(), verb);
    }
  }

  /** Throws for the first line that is wrong, with the verb's usage or the nearest verb. */
  public Scenario parse(String name, String text) throws ScenarioException {
    List<String> purpose = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      int comment = line.indexOf('#');
      String code = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!code.isEmpty()) {
        steps.add(step(number, code));
      } else if (comment >= 0 && steps.isEmpty()) {
        purpose.add(line.substring(comment + 1).strip());
      }
    }
    if (steps.isEmpty()) {
      throw new ScenarioException(number, "a scenario needs at least one step");
    }
    return new Scenario(name, purpose, steps);
  }

  private Step step(int line, String code) throws ScenarioException {
    List<String> words = List.of(code.split("\\s+", -1));
    String name = words.getFirst();
    @Nullable Verb verb = verbs.get(name);
    if (verb == null) {
      throw new ScenarioException(
          line, "unknown verb '" + name + "', the nearest is '" + nearest(name) + "'");
    }
    int count = words.size() - 1;
    if (count < verb.argumentsMin() || count > verb.argumentsMax()) {
      throw new ScenarioException(line, "usage: " + verb.usage());
    }
    return new Step(line, name, words.subList(1, words.size()));
  }

  private String nearest(String word) {
    String best = "";
    int bestDistance = Integer.MAX_VALUE;
    for (String name : verbs.keySet()) {
      int distance = distance(word, name);
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Levenshtein's distance by rows. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = left.charAt(i - 1) == right.charAt(j - 1) ? diagonal : diagonal + 1;
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
