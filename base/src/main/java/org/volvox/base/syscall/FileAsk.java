package org.volvox.base.syscall;

import java.util.List;
import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;

/** Questions about files, 0x038x. A limit above {@link FileLimits#PAGE_MAX} is cut to it. */
public sealed interface FileAsk extends Ask {

  /** One file or directory. Answer: {@link FileStat}. */
  record Stat(String path) implements FileAsk {
    public static final int TYPE = 0x0381;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(path).toBytes();
    }
  }

  /**
   * Entries of a directory whose names are after {@code after} (empty: from the start), in bytewise
   * order. Answer: {@link FilePage}; a file is listed as itself.
   */
  record Names(String path, String after, int limit) implements FileAsk {
    public static final int TYPE = 0x0382;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(path).text(after).u32(limit).toBytes();
    }
  }

  /** Opens a file for reading by its path. Answer: {@link ExtentPage} from byte 0. */
  record Open(String path, int limit) implements FileAsk {
    public static final int TYPE = 0x0383;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(path).u32(limit).toBytes();
    }
  }

  /**
   * More extents of a file by its inode, from the extent that holds byte {@code from}; works for a
   * replaced file during its grace period. Answer: {@link ExtentPage}.
   */
  record Extents(long inode, long from, int limit) implements FileAsk {
    public static final int TYPE = 0x0384;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(inode).u64(from).u32(limit).toBytes();
    }
  }

  /** The placement table. Answer: {@link PlacementTable}. */
  record Placement() implements FileAsk {
    public static final int TYPE = 0x0385;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.EMPTY_BODY;
    }
  }

  /**
   * Blocks that a node must hold, in order of id, after {@code after} (empty: from the start).
   * Answer: {@link BlockPage}.
   */
  record HeldBy(NodeId node, Optional<BlockId> after, int limit) implements FileAsk {
    public static final int TYPE = 0x0386;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u16(node.value());
      Wire.optional(out, after, (to, block) -> block.encode(to));
      return out.u32(limit).toBytes();
    }
  }

  /** An upload that is under way. Answer: {@link UploadRow}, or NOT_FOUND. */
  record Upload(long upload) implements FileAsk {
    public static final int TYPE = 0x0387;

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
   * Blocks that nothing refers to any more and that every node shall delete, with numbers above
   * {@code after}. Answer: {@link DeadPage}.
   */
  record Dead(long after, int limit) implements FileAsk {
    public static final int TYPE = 0x0388;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(after).u32(limit).toBytes();
    }
  }

  /**
   * Whether a {@link FileCall.Sweep} at {@code now} would find work. Answer: {@link SweepReport}
   * with 0 steps.
   */
  record QueueDue(WallTime now) implements FileAsk {
    public static final int TYPE = 0x0389;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(now.millis()).toBytes();
    }
  }

  /**
   * What would be on fewer than two nodes that surely have it if {@code leaving} went now; nodes of
   * {@code silent} are not counted on. Answer: {@link RiskReport}.
   */
  record AtRisk(NodeId leaving, List<NodeId> silent) implements FileAsk {
    public static final int TYPE = 0x038a;

    public AtRisk {
      silent = List.copyOf(silent);
    }

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u16(leaving.value());
      Wire.nodes(out, silent);
      return out.toBytes();
    }
  }

  /**
   * Blocks that a node neither holds nor shall hold, also when it rests no more, of groups whose
   * holders are all complete, in order of id, after {@code after} (empty: from the start): what it
   * has of them it may delete once those holders say that they have it. Answer: {@link BlockPage}.
   */
  record Spare(NodeId node, Optional<BlockId> after, int limit) implements FileAsk {
    public static final int TYPE = 0x038b;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u16(node.value());
      Wire.optional(out, after, (to, block) -> block.encode(to));
      return out.u32(limit).toBytes();
    }
  }

  /**
   * Which blocks have fewer copies than they shall have, those on nodes of {@code silent} not
   * counted. Answer: {@link CopiesReport}.
   */
  record Copies(List<NodeId> silent) implements FileAsk {
    public static final int TYPE = 0x038c;

    public Copies {
      silent = List.copyOf(silent);
    }

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin();
      Wire.nodes(out, silent);
      return out.toBytes();
    }
  }

  static FileAsk decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "file question",
        in ->
            switch (type) {
              case Stat.TYPE -> new Stat(in.text());
              case Names.TYPE -> new Names(in.text(), in.text(), in.u32());
              case Open.TYPE -> new Open(in.text(), in.u32());
              case Extents.TYPE -> new Extents(in.u64(), in.u64(), in.u32());
              case Placement.TYPE -> new Placement();
              case HeldBy.TYPE ->
                  new HeldBy(Wire.node(in), Wire.optional(in, BlockId::decode), in.u32());
              case Upload.TYPE -> new Upload(in.u64());
              case Dead.TYPE -> new Dead(in.u64(), in.u32());
              case QueueDue.TYPE -> new QueueDue(new WallTime(in.u64()));
              case AtRisk.TYPE -> new AtRisk(Wire.node(in), Wire.nodes(in));
              case Spare.TYPE ->
                  new Spare(Wire.node(in), Wire.optional(in, BlockId::decode), in.u32());
              case Copies.TYPE -> new Copies(Wire.nodes(in));
              default -> throw Wire.unknown("file question", type);
            });
  }
}
