package org.volvox.cli.demo;

import java.io.IOException;

/** One step of the demonstration; what it does not find right it reports by a {@link Wrong}. */
interface Step {
  /** One word, as it stands before the step's lines. */
  String name();

  void run(Stage stage) throws IOException, InterruptedException, Wrong;

  /** Something is not as it must be: the demonstration has failed. */
  final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message);
    }
  }

  static void require(boolean holds, String otherwise) throws Wrong {
    if (!holds) {
      throw new Wrong(otherwise);
    }
  }
}
