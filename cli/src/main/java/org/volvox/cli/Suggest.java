package org.volvox.cli;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant; used for commands and their actions. */
public final class Suggest {
  private Suggest() {}

  /** The nearest of the known words, if near enough to be a slip of the fingers. */
  public static Optional<String> nearest(String word, Collection<String> known) {
    String lower = word.toLowerCase(Locale.ROOT);
    int bestDistance = Integer.MAX_VALUE;
    String best = "";
    for (String candidate : known) {
      int distance = distance(lower, candidate);
      if (!lower.isEmpty() && candidate.startsWith(lower)) {
        distance = Math.min(distance, 1);
      }
      if (distance < bestDistance) {
        bestDistance = distance;
        best = candidate;
      }
    }
    int allowed = Math.max(1, Math.min(2, Math.max(lower.length(), best.length()) / 2));
    return bestDistance <= allowed ? Optional.of(best) : Optional.empty();
  }

  /** Fails unless the word is one of a command's actions. */
  public static void require(String command, String word, Collection<String> actions) {
    if (!actions.contains(word)) {
      throw Failure.usage(
          command
              + ": cannot \""
              + word
              + "\""
              + nearest(word, actions).map(near -> "; did you mean \"" + near + "\"?").orElse(""),
          "Actions: " + String.join(", ", actions));
    }
  }

  /** Edits (insert, delete, replace, swap of neighbours) between two words. */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best =
        Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
