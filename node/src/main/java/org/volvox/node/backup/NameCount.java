package org.volvox.node.backup;

import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.syscall.FileKind;
import org.volvox.fs.Transplant;

/** Counts the names in a state as its parts go by. */
final class NameCount {
  private long files;
  private long folders;

  void add(SnapshotPart part) {
    if (part instanceof SnapshotPart.Chunk chunk) {
      for (SnapshotPart.Pair pair : chunk.pairs()) {
        Transplant.named(pair.key(), pair.value())
            .ifPresent(kind -> {
              files += kind == FileKind.FILE ? 1 : 0;
              folders += kind == FileKind.DIRECTORY ? 1 : 0;
            });
      }
    }
  }

  long files() {
    return files;
  }

  long folders() {
    return folders;
  }
}
