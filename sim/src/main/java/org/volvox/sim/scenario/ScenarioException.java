package org.volvox.sim.scenario;

/** A scenario that cannot be read or that did not go as written; names the line. */
public final class ScenarioException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  public ScenarioException(int line, String message) {
    super("line " + line + ": " + message);
    this.line = line;
  }

  public int line() {
    return line;
  }
}
