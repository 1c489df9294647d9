package org.volvox.node.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.volvox.base.LogIndex;
import org.volvox.base.backup.BackupCheck;
import org.volvox.base.backup.BackupRecord;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.storage.BackupReader;

/**
 * What is in a backup: of which cluster and when, up to which entry, and how much.
 *
 * @param dataEntries registers, elements, fields, flags and counters of available spaces
 */
public record BackupContents(
    BackupRecord.Head head,
    LogIndex index,
    long files,
    long folders,
    long dataEntries,
    BackupRecord.End counts,
    long bytes) {

  static BackupContents of(BackupCheck check, NameCount names, long bytes) {
    LogIndex index =
        check.snapshot().header().map(SnapshotPart.Header::index).orElse(LogIndex.ZERO);
    return new BackupContents(
        check.head().orElseThrow(),
        index,
        names.files(),
        names.folders(),
        check.data().atoms(),
        check.end(),
        bytes);
  }

  /** Reads a backup whole; fails, with the place, where it is not sound. */
  public static BackupContents read(Path file, BackupProgress progress) throws IOException {
    NameCount names = new NameCount();
    DataPieces data = new DataPieces();
    try (BackupReader reader = BackupReader.open(file)) {
      long total = Files.size(file);
      reader.readAll(record -> {
        switch (record) {
          case BackupRecord.Part(var part) -> names.add(part);
          case BackupRecord.Data(var part) -> {
            var _ = data.take(part);
          }
          case BackupRecord.Head _, BackupRecord.Block _, BackupRecord.End _ -> {}
        }
        progress.on(reader.position(), total);
      });
      return of(reader.check(), names, total);
    }
  }
}
