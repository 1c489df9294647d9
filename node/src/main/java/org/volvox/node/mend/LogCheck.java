package org.volvox.node.mend;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.volvox.base.DiskException;
import org.volvox.consensus.log.Salvage;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.log.WalDamage;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.folder.NodeMeta;
import org.volvox.node.group.GroupParts;
import org.volvox.storage.FileDisk;

/**
 * Reads the whole log of a node that does not run, changes nothing, and says what is damaged. What
 * the node's state has in its place is not looked at: it is missed less than this says.
 */
public final class LogCheck {
  private LogCheck() {}

  /** What was found. */
  public sealed interface Result {
    /** Entries from {@code first} to {@code last}; none if the first is behind the last. */
    record Sound(long first, long last) implements Result {}

    /**
     * All is certain but the contents of some entries, which others may have.
     *
     * @param where the damaged places, a line each
     * @param holes ranges of entries as {@code 5-9}
     */
    record Repairable(long first, long last, List<String> where, List<String> holes, long missing)
        implements Result {
      public Repairable {
        where = List.copyOf(where);
        holes = List.copyOf(holes);
      }
    }

    /** What the node had promised is not known any more. */
    record Lost(String where) implements Result {}
  }

  public static Result of(Path folder) throws FolderException, DiskException {
    NodeMeta meta = NodeFolder.meta(folder);
    Path wal = folder.resolve("wal");
    if (!Files.isDirectory(wal)) {
      return new Result.Lost("there is no log: " + wal + " is gone");
    }
    WalConfig config = WalConfig.ofNode(meta.clusterId().value() ^ meta.node().value());
    try (NodeFolder.Stopped stopped = NodeFolder.look(folder);
        FileDisk disk = new FileDisk(stopped.path().resolve("wal"))) {
      return switch (Salvage.read(disk, config, GroupParts.GROUP, StateAt.NOTHING)) {
        case Salvage.Verdict.Lost(var damage) -> new Result.Lost(damage.place());
        case Salvage.Verdict.Repairable(var log, var found) -> result(log, found);
      };
    }
  }

  private static Result result(Salvaged log, List<WalDamage> found) {
    long first = log.base().index().value() + 1;
    long last = log.last().index().value();
    if (found.isEmpty() && log.missing() == 0) {
      return new Result.Sound(first, last);
    }
    return new Result.Repairable(
        first,
        last,
        found.stream().map(WalDamage::place).toList(),
        log.holes().reversed().stream().map(Salvaged.Hole::text).toList(),
        log.missing());
  }
}
