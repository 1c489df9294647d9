package org.volvox.cli.backup;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.volvox.base.NodeId;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.node.backup.BackupContents;

/** Says what is in a backup. */
final class Contents {
  private Contents() {}

  /**
   * As {@code 12 files, 3 folders, 40 blocks of 160 MB, 7 entries of available spaces, state up to
   * entry 812}.
   */
  static String text(BackupContents contents) {
    return Human.count(contents.files(), "file")
        + ", "
        + Human.count(contents.folders(), "folder")
        + ", "
        + Human.count(contents.counts().blocks(), "block")
        + " of "
        + Human.bytes(contents.counts().blockBytes())
        + ", "
        + data(contents)
        + ", state up to entry "
        + contents.index();
  }

  private static String data(BackupContents contents) {
    return contents.head().hasData()
        ? entries(contents.dataEntries()) + " of available spaces"
        : "without the data of available spaces (made by an older version)";
  }

  static String entries(long count) {
    return count == 1 ? "1 entry" : count + " entries";
  }

  /** What may not be in a backup, and what to do. */
  static String missing(List<NodeId> unheard) {
    return "not heard in time: "
        + unheard.stream().map(NodeId::toString).collect(Collectors.joining(" "))
        + ". Changes of available spaces that no other node has heard may be missing;"
        + " start what is down, then back up again";
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
        .field("blockBytes", contents.counts().blockBytes())
        .field("dataEntries", contents.dataEntries());
  }
}
