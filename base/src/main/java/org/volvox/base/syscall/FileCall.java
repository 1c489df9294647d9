package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;

/**
 * Calls about files, 0x03xx. Paths are absolute; names are at most 255 bytes of UTF-8. An upload is
 * named by its number, which is the log index that began it.
 */
public sealed interface FileCall extends Call {
  int RANGE = 0x03;

  /** Makes a directory; with {@code parents}, those above it too, and one that is there is fine. */
  record Mkdir(String path, boolean parents) implements FileCall {
    public static final int TYPE = 0x0301;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(path).bool(parents).toBytes();
    }
  }

  /**
   * Begins an upload of {@code size} bytes to {@code path}, or takes up one that was begun for the
   * same path, size and token, by this session or by one that has ended. {@code token} is the
   * client's fingerprint of what it uploads, 1 to 64 bytes. Answer: {@link UploadRow}; what it has
   * is not sent again.
   */
  record OpenUpload(String path, long size, Bytes token) implements FileCall {
    public static final int TYPE = 0x0302;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(path).u64(size).bytes(token).toBytes();
    }
  }

  /** Takes {@code count} (1 to 1,024) new block ids for an upload. Answer: {@link BlockRange}. */
  record AllocateBlocks(long upload, int count) implements FileCall {
    public static final int TYPE = 0x0303;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(upload).u32(count).toBytes();
    }
  }

  /**
   * Adds blocks that are durable to an upload, from byte {@code offset}, which must be where it
   * stands. STALE_PLACEMENT when fewer than W of a block's holders are among those that the table
   * of now counts for its group; then nothing was added. At most 4,096 blocks.
   */
  record AppendExtents(long upload, long offset, long epoch, List<StoredBlock> blocks)
      implements FileCall {
    public static final int TYPE = 0x0304;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u64(upload).u64(offset).u64(epoch);
      Wire.list(out, blocks, (to, block) -> block.write(to));
      return out.toBytes();
    }
  }

  /**
   * Makes an upload that has all its bytes visible under its path, atomically in the place of a
   * file that is there. {@code digest} is the SHA-256 of all bytes. Answer: {@link FileStat}.
   */
  record FinishUpload(long upload, Bytes digest) implements FileCall {
    public static final int TYPE = 0x0305;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(upload).bytes(digest).toBytes();
    }
  }

  /** Gives an upload up; its blocks are deleted after the grace period. */
  record AbortUpload(long upload) implements FileCall {
    public static final int TYPE = 0x0306;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(upload).toBytes();
    }
  }

  /**
   * Writes a whole small file (at most {@link FileLimits#INLINE_BYTES_MAX}) in one step, replacing
   * a file that is there. Answer: {@link FileStat}.
   */
  record PutInline(String path, Bytes data, Bytes digest) implements FileCall {
    public static final int TYPE = 0x0307;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(path).bytes(data).bytes(digest).toBytes();
    }
  }

  /**
   * Moves a file or directory, replacing a file by a file or an empty directory by a directory, as
   * POSIX rename does; LOOP for a directory into itself.
   */
  record Rename(String from, String to) implements FileCall {
    public static final int TYPE = 0x0308;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(from).text(to).toBytes();
    }
  }

  /**
   * Removes a file or an empty directory; with {@code recursive} a directory and all below it,
   * which vanish at once and are cleared away in the background.
   */
  record Remove(String path, boolean recursive) implements FileCall {
    public static final int TYPE = 0x0309;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(path).bool(recursive).toBytes();
    }
  }

  /** Sets the time of the last change of contents. */
  record SetTimes(String path, WallTime modified) implements FileCall {
    public static final int TYPE = 0x030a;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(path).u64(modified.millis()).toBytes();
    }
  }

  /**
   * Names the nodes among which blocks are spread [node]; the table changes as little as it can,
   * and whoever held a group counts until those that shall hold it do. STALE unless {@code epoch}
   * is the table's (0 for none). Answer: {@link PlacementTable}.
   */
  record SetNodes(long epoch, List<NodeId> nodes) implements FileCall {
    public static final int TYPE = 0x030b;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u64(epoch);
      Wire.nodes(out, nodes);
      return out.toBytes();
    }
  }

  /**
   * Does at most {@code limit} steps of what is due in the delete queue [node]; the leader sends it
   * while {@link FileAsk.QueueDue} says so. Answer: {@link SweepReport}.
   */
  record Sweep(int limit) implements FileCall {
    public static final int TYPE = 0x030c;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u32(limit).toBytes();
    }
  }

  /**
   * A node has deleted all that {@link FileAsk.Dead} listed through number {@code through}, or
   * never had it [node].
   */
  record DeadDone(NodeId node, long through) implements FileCall {
    public static final int TYPE = 0x030d;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u16(node.value()).u64(through).toBytes();
    }
  }

  /**
   * At some moment of this epoch the node had all blocks that the table assigned to it [node]; what
   * it was fetching counts from now on. STALE when the table is another by now. Answer: {@link
   * PlacementTable}.
   */
  record Complete(NodeId node, long epoch) implements FileCall {
    public static final int TYPE = 0x030e;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u16(node.value()).u64(epoch).toBytes();
    }
  }

  /**
   * Holds all deletions back for {@code millis} from now, at most {@link
   * FileLimits#HOLD_MILLIS_MAX}: what is in the state stays readable while a backup copies it. A
   * hold that lasts longer stays.
   */
  record HoldDeletions(long millis) implements FileCall {
    public static final int TYPE = 0x030f;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(millis).toBytes();
    }
  }

  /**
   * Of the table's nodes these rest [node]: others are targets in their place, and they are again
   * when they rest no more. STALE unless {@code epoch} is the table's. Answer: {@link
   * PlacementTable}.
   */
  record SetResting(long epoch, List<NodeId> nodes) implements FileCall {
    public static final int TYPE = 0x0310;

    public SetResting {
      nodes = List.copyOf(nodes);
    }

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u64(epoch);
      Wire.nodes(out, nodes);
      return out.toBytes();
    }
  }

  /**
   * A person wants a node to hold nothing and to lead nobody, or wants that no more [node]; whoever
   * leads does what that takes. Answer: {@link PlacementTable}.
   */
  record Drain(NodeId node, boolean drains) implements FileCall {
    public static final int TYPE = 0x0311;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u16(node.value()).bool(drains).toBytes();
    }
  }

  /**
   * How long a node may be silent before others hold its blocks, and how fast each node fetches
   * what it lacks [node]. INVALID below the least of {@link FileLimits}. Answer: {@link
   * PlacementTable}.
   */
  record SetHealing(long afterMillis, long bytesPerSecond) implements FileCall {
    public static final int TYPE = 0x0312;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(afterMillis).u64(bytesPerSecond).toBytes();
    }
  }

  /**
   * A node has lost something that it had when it said that it was complete [node]: it is not,
   * until it says so again. Answer: {@link PlacementTable}.
   */
  record Lacks(NodeId node) implements FileCall {
    public static final int TYPE = 0x0313;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u16(node.value()).toBytes();
    }
  }

  /**
   * Writes a whole small file (at most {@link FileLimits#INLINE_BYTES_MAX}) in one step. A small
   * file that is there stays the file that it is and gets other contents, as open(2) with O_TRUNC
   * has it; a big one is replaced, as by {@link PutInline}. Answer: {@link FileStat}.
   */
  record WriteSmall(String path, Bytes data, Bytes digest) implements FileCall {
    public static final int TYPE = 0x0314;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(path).bytes(data).bytes(digest).toBytes();
    }
  }

  static FileCall decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "file call",
        in ->
            switch (type) {
              case Mkdir.TYPE -> new Mkdir(in.text(), in.bool());
              case OpenUpload.TYPE -> new OpenUpload(in.text(), in.u64(), in.bytes());
              case AllocateBlocks.TYPE -> new AllocateBlocks(in.u64(), in.u32());
              case AppendExtents.TYPE ->
                  new AppendExtents(
                      in.u64(), in.u64(), in.u64(), Wire.list(in, 28, StoredBlock::read));
              case FinishUpload.TYPE -> new FinishUpload(in.u64(), in.bytes());
              case AbortUpload.TYPE -> new AbortUpload(in.u64());
              case PutInline.TYPE -> new PutInline(in.text(), in.bytes(), in.bytes());
              case Rename.TYPE -> new Rename(in.text(), in.text());
              case Remove.TYPE -> new Remove(in.text(), in.bool());
              case SetTimes.TYPE -> new SetTimes(in.text(), new WallTime(in.u64()));
              case SetNodes.TYPE -> new SetNodes(in.u64(), Wire.nodes(in));
              case Sweep.TYPE -> new Sweep(in.u32());
              case DeadDone.TYPE -> new DeadDone(Wire.node(in), in.u64());
              case Complete.TYPE -> new Complete(Wire.node(in), in.u64());
              case HoldDeletions.TYPE -> new HoldDeletions(in.u64());
              case SetResting.TYPE -> new SetResting(in.u64(), Wire.nodes(in));
              case Drain.TYPE -> new Drain(Wire.node(in), in.bool());
              case SetHealing.TYPE -> new SetHealing(in.u64(), in.u64());
              case Lacks.TYPE -> new Lacks(Wire.node(in));
              case WriteSmall.TYPE -> new WriteSmall(in.text(), in.bytes(), in.bytes());
              default -> throw Wire.unknown("file call", type);
            });
  }
}
