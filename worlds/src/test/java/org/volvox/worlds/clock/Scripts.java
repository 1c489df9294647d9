package org.volvox.worlds.clock;

/** Scripts that a test knows to be right. */
final class Scripts {
  private Scripts() {}

  static Script read(String text) {
    try {
      return ScriptReader.read(text);
    } catch (ScriptException e) {
      throw new AssertionError(e);
    }
  }

  static Played play(String text) {
    return play(read(text));
  }

  static Played play(Script script) {
    try {
      return Played.play(script);
    } catch (ScriptException e) {
      throw new AssertionError(e);
    }
  }
}
