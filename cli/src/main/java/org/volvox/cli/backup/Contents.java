package org.volvox.cli.backup;

import java.time.Instant;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.node.backup.BackupContents;

/** Says what is in a backup. */
final class Contents {
  private Contents() {}

  /** As {@code 12 files, 3 folders, 40 blocks of 160 MB, state up to entry 812}. */
  static String text(BackupContents contents) {
    return Human.count(contents.files(), "file")
        + ", "
        + Human.count(contents.folders(), "folder")
        + ", "
        + Human.count(contents.counts().blocks(), "block")
        + " of "
        + Human.bytes(contents.counts().blockBytes())
        + ", state up to entry "
        + contents.index();
  }

  static String origin(BackupContents contents) {
    return "of cluster "
        + contents.head().cluster()
        + ", made "
        + Human.time(Instant.ofEpochMilli(contents.head().at().millis()));
  }

  static void write(Json json, BackupContents contents) {
    json.field("bytes", contents.bytes())
        .field("cluster", contents.head().cluster().toString())
        .field("at", Instant.ofEpochMilli(contents.head().at().millis()).toString())
        .field("entry", contents.index().value())
        .field("files", contents.files())
        .field("folders", contents.folders())
        .field("pairs", contents.counts().pairs())
        .field("blocks", contents.counts().blocks())
        .field("blockBytes", contents.counts().blockBytes());
  }
}
