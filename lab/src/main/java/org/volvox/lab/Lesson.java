package org.volvox.lab;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A lesson: a few sentences, a run to begin with, and goals that the core sees met.
 *
 * @param script where it begins
 */
record Lesson(String id, String title, List<String> text, String script, List<Goal> goals) {
  /**
   * Something to bring about.
   *
   * @param hint what to do, while it is not met
   * @param proof what in the lab meets it, in a sentence; nothing if it is not met
   */
  record Goal(String id, String title, String hint, Function<Lab, Optional<String>> proof) {}
}
