package org.volvox.cli.backup;

import java.time.Instant;
import org.volvox.base.LogIndex;
import org.volvox.base.backup.BackupCheck;
import org.volvox.base.backup.BackupRecord;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.syscall.FileKind;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.fs.Transplant;

/** Counts what a backup has as it is written or read, and says so. */
final class Contents {
  private long files;
  private long directories;

  void add(SnapshotPart part) {
    if (part instanceof SnapshotPart.Chunk chunk) {
      for (SnapshotPart.Pair pair : chunk.pairs()) {
        Transplant.named(pair.key(), pair.value())
            .ifPresent(kind -> {
              files += kind == FileKind.FILE ? 1 : 0;
              directories += kind == FileKind.DIRECTORY ? 1 : 0;
            });
      }
    }
  }

  void restart() {
    files = 0;
    directories = 0;
  }

  /** As {@code 12 files, 3 folders, 40 blocks of 160 MB, state up to entry 812}. */
  String text(BackupCheck check) {
    BackupRecord.End end = check.end();
    return Human.count(files, "file")
        + ", "
        + Human.count(directories, "folder")
        + ", "
        + Human.count(end.blocks(), "block")
        + " of "
        + Human.bytes(end.blockBytes())
        + ", state up to entry "
        + index(check);
  }

  void write(Json json, BackupCheck check) {
    BackupRecord.End end = check.end();
    check
        .head()
        .ifPresent(head ->
            json.field("cluster", head.cluster().toString())
                .field("at", Instant.ofEpochMilli(head.at().millis()).toString()));
    json.field("entry", index(check).value())
        .field("files", files)
        .field("folders", directories)
        .field("pairs", end.pairs())
        .field("blocks", end.blocks())
        .field("blockBytes", end.blockBytes());
  }

  private static LogIndex index(BackupCheck check) {
    return check.snapshot().header().map(SnapshotPart.Header::index).orElse(LogIndex.ZERO);
  }
}
