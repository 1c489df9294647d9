package org.volvox.node.backup;

/** Is told how far a backup is read or written. */
public interface BackupProgress {
  void on(long doneBytes, long totalBytes);
}
