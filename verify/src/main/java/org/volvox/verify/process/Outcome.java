package org.volvox.verify.process;

/** How a program ended: its exit code and all that it wrote, both streams in one. */
public record Outcome(int code, String text) {
  /** Ended with 0; else a failure that shows what it wrote. */
  public Outcome expectOk(String what) {
    if (code != 0) throw new IllegalStateException(what + " ended with " + code + ":\n" + text);
    return this;
  }
}
