package org.volvox.cli;

import java.io.IOException;
import java.util.List;

/** One command; made by Commands for one command line, its fields filled by the parser. */
public abstract class AbstractCommand {
  private final Root root;

  protected AbstractCommand(Root root) {
    this.root = root;
  }

  protected Root root() {
    return root;
  }

  protected Streams streams() {
    return root.streams();
  }

  /** What it does, by the word that comes first; the empty one is for what it does without. */
  public List<String> actions() {
    return List.of("");
  }

  /** Whether all words after the first plain one belong to another program (`run`). */
  public boolean isEndOfOptionsAtFirstWord() {
    return false;
  }

  /** Whether what looks like an option and is none is a word as others (a negative number). */
  public boolean isUnknownOptionAWord() {
    return false;
  }

  /** Does the work and returns the exit code. */
  protected abstract int run() throws IOException, InterruptedException;

  /** Runs, with what the client or the machine refuses turned into a Failure. */
  public int execute() {
    try {
      return run();
    } catch (IOException e) {
      throw Failures.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ExitCode.FAILED, "interrupted", "", e);
    }
  }
}
