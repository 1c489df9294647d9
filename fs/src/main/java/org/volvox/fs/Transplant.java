package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.syscall.FileKind;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;

/**
 * The file system of a backup in a new cluster: which blocks it needs, and what of its state names
 * the nodes that it came from. For backup and restore.
 */
public final class Transplant {
  private static final Bytes BLOCKS = FsKeys.table('b');
  private static final Bytes NAMES = FsKeys.table('d');

  private Transplant() {}

  /** The block that a pair of the state stands for, if it stands for one. */
  public static Optional<HeldBlock> block(Bytes key, Bytes value) {
    if (!key.startsWith(BLOCKS)) {
      return Optional.empty();
    }
    return Optional.of(
        Rows.read(
            value,
            in -> {
              BlockId block = BlockId.decode(new ByteReader(FsKeys.rest(key)));
              return new HeldBlock(block, in.u32(), in.u32());
            }));
  }

  /** What a pair of the state names, if it is an entry of a directory. */
  public static Optional<FileKind> named(Bytes key, Bytes value) {
    if (!key.startsWith(NAMES)) {
      return Optional.empty();
    }
    boolean isDirectory = Directories.read(value).isDirectory();
    return Optional.of(isDirectory ? FileKind.DIRECTORY : FileKind.FILE);
  }

  /** Puts the blocks on these nodes, each of which has what the table gives it. */
  public static PlacementTable place(List<NodeId> nodes, OrderedStore.Batch batch) {
    PlacementTable table = Placement.plan(PlacementTable.NONE, nodes);
    batch.put(FsKeys.table('m'), table.encode());
    batch.delete(FsKeys.table('h'));
    return table;
  }

  /**
   * Forgets at most {@code limit} rows of dead blocks and of who has deleted them: the new nodes
   * never had them. Returns whether there may be more.
   */
  public static boolean forgetDead(int limit, OrderedStore.Batch batch) {
    List<Bytes> keys = new ArrayList<>();
    for (char table : new char[] {'z', 'y'}) {
      batch.scan(
          FsKeys.table(table),
          FsKeys.tableEnd(table),
          Direction.ASCENDING,
          (key, value) -> keys.size() < limit && keys.add(key));
    }
    keys.forEach(batch::delete);
    return keys.size() == limit;
  }
}
