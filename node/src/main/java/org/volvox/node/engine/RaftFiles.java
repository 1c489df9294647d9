package org.volvox.node.engine;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.consensus.log.LogSwap;
import org.volvox.consensus.log.Opened;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.log.Salvage;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.log.Wal;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.log.WalDamage;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.group.GroupParts;
import org.volvox.node.group.LogBounds;
import org.volvox.node.group.RaftGroup;
import org.volvox.node.group.StateMark;
import org.volvox.storage.FileDisk;
import org.volvox.storage.StateStore;

/**
 * The write-ahead log of a node's own Raft: opened, repaired where it is damaged, and joined to the
 * state.
 */
public final class RaftFiles implements LogFiles {
  private static final Logger LOG = LoggerFactory.getLogger(RaftFiles.class);

  private final NodeFolder folder;
  private final FileDisk files;
  private final Opening opening;
  private final Optional<Opened.Ready> sound;
  private final Mender mender;
  private Optional<RaftWal.Start.Ready> log = Optional.empty();

  /** Fills a damaged log from the others, however long that takes. */
  public interface Mender {
    void mend(Membership known, StateStore store, Salvaged log) throws FolderException, IOException;
  }

  private RaftFiles(NodeFolder folder, FileDisk files, LogBounds bounds, Mender mender)
      throws FolderException, IOException, DiskException {
    this.folder = folder;
    this.files = files;
    this.mender = mender;
    this.opening = Opening.of(folder, files, bounds);
    this.sound = opening.sound();
  }

  public static RaftFiles open(NodeFolder folder, LogBounds bounds, Mender mender)
      throws FolderException, IOException {
    try {
      FileDisk files = new FileDisk(folder.folder("wal"));
      try {
        return new RaftFiles(folder, files, bounds, mender);
      } catch (DiskException | FolderException | IOException | RuntimeException e) {
        files.close();
        throw e;
      }
    } catch (DiskException e) {
      throw cannotOpen(e);
    }
  }

  @Override
  public void join(StateStore store) throws FolderException, IOException {
    try {
      log =
          Optional.of(join(sound.isPresent() ? sound.get() : opening.mended(store, mender), store));
    } catch (DiskException e) {
      throw cannotOpen(e);
    }
  }

  private static IOException cannotOpen(DiskException e) {
    return new IOException("the log cannot be opened: " + e.getMessage(), e);
  }

  /** What the log has, once it is joined to the state. */
  public Recovered recovered() {
    return joined().recovered();
  }

  private RaftWal.Start.Ready joined() {
    return log.orElseThrow(() -> new IllegalStateException("the log is not joined to the state"));
  }

  @Override
  public OpenLog open(LogParts parts) {
    RaftLinks links = new RaftLinks(parts.around());
    RaftGroup group =
        new RaftGroup(
            links,
            new GroupParts(
                folder.node(),
                parts.founders(),
                folder.config().leaseDrift(),
                parts.clock(),
                joined(),
                parts.state()));
    links.wire(group);
    return links;
  }

  @Override
  public void close() throws IOException {
    try {
      files.close();
    } catch (DiskException e) {
      throw new IOException("the log's files: " + e.getMessage(), e);
    }
  }

  /** Finds where log and state meet, after a crash in any step of what replaces both. */
  private RaftWal.Start.Ready join(Opened.Ready log, StateStore store)
      throws FolderException, IOException, DiskException {
    return switch (RaftWal.of(log, GroupParts.GROUP, StateMark.of(store).stateAt())) {
      case RaftWal.Start.Ready ready -> ready;
      case RaftWal.Start.Damaged(var damage) -> throw damaged(damage);
      case RaftWal.Start.StateBehind(var base, var state) -> {
        Optional<LogIndex> staged = store.staged().map(found -> found.header().index());
        if (!staged.equals(Optional.of(base))) {
          throw new FolderException(
              FolderException.Kind.DAMAGED,
              "the log begins behind entry "
                  + base
                  + ", but the state has only entry "
                  + state
                  + ": files of the state are lost; "
                  + joinAgain(folder.node()));
        }
        LOG.info("puts the snapshot of entry {} in place, as a crash left it to do", base);
        store.swap();
        yield join(log, store);
      }
    };
  }

  private static String joinAgain(NodeId node) {
    return "put the files back, or " + NodeFolder.replaceIt(node);
  }

  private static FolderException damaged(WalDamage damage) {
    return new FolderException(FolderException.Kind.DAMAGED, damage.text());
  }

  /** The log's files, while it is not known whether they are sound. */
  private record Opening(NodeFolder folder, Disk disk, WalConfig config) {
    static Opening of(NodeFolder folder, FileDisk disk, LogBounds bounds)
        throws FolderException, IOException, DiskException {
      boolean hadLog = folder.hasBegun() || StateStore.exists(folder.file("state"));
      if (!Wal.exists(disk) && hadLog) {
        throw new FolderException(
            FolderException.Kind.DAMAGED,
            "the log in "
                + folder.folder("wal")
                + " is gone, and with it what this node has promised to the others: "
                + joinAgain(folder.node()));
      }
      long logId = folder.clusterId().value() ^ folder.node().value();
      WalConfig config = new WalConfig(logId, bounds.segmentBytes(), WalConfig.TAIL_BYTES_DEFAULT);
      return new Opening(folder, disk, config);
    }

    /** The log, if it is sound. */
    Optional<Opened.Ready> sound() throws IOException, DiskException {
      Opened opened = Wal.open(disk, config);
      if (opened instanceof Opened.Ready ready) {
        folder.markBegun();
        LogSwap.forgetDamaged(disk);
        ready.cut().ifPresent(Opening::tell);
        return Optional.of(ready);
      }
      return Optional.empty();
    }

    private static void tell(Opened.Cut cut) {
      LOG.warn(
          "cut {} sectors of an unfinished write off {} at byte {}",
          cut.sectors(),
          cut.segment(),
          cut.offset());
    }

    /** The log after it was repaired, from the state alone or from the others. */
    Opened.Ready mended(StateStore store, Mender mender)
        throws FolderException, IOException, DiskException {
      StateMark mark = StateMark.of(store);
      Salvaged log =
          switch (Salvage.read(disk, config, GroupParts.GROUP, mark.stateAt())) {
            case Salvage.Verdict.Lost(var damage) -> throw damaged(damage);
            case Salvage.Verdict.Repairable(var left, var found) -> {
              found.forEach(damage -> LOG.warn("{}", damage.place()));
              yield left;
            }
          };
      if (log.missing() > 0) {
        LOG.warn(
            "missing entries: {}",
            String.join(", ", log.holes().reversed().stream().map(Salvaged.Hole::text).toList()));
        Membership known =
            mark.members().map(Recovered.MembersAt::members).orElse(Membership.EMPTY);
        mender.mend(known, store, log);
      }
      LogSwap.replace(disk, config, log);
      LOG.info("the log is whole again, {} to {}", log.base().index(), log.last().index());
      return switch (Wal.open(disk, config)) {
        case Opened.Ready ready -> ready;
        case Opened.Damaged(var damage) -> throw damaged(damage);
      };
    }
  }
}
