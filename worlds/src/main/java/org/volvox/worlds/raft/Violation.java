package org.volvox.worlds.raft;

/** An oracle's finding: the property that does not hold, and the values that show it. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String property;

  public Violation(String property, String message) {
    super(message);
    this.property = property;
  }

  public String property() {
    return property;
  }
}
