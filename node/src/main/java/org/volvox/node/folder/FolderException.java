package org.volvox.node.folder;

/**
 * A folder that a node or a command must not use as it is. The message is one line for a user: what
 * is wrong with which folder, and what to do.
 */
public final class FolderException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    MISSING,
    NOT_A_FOLDER,
    EXISTS,
    LOCKED,
    META_MISSING,
    NEWER_VERSION,
    DAMAGED,
    /** The node belongs to the cluster no more. */
    REMOVED,
    FAILED
  }

  private final Kind kind;

  public FolderException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public FolderException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
