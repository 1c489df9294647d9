package org.volvox.base.backup;

import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.MalformedException;
import org.volvox.base.WallTime;
import org.volvox.base.snapshot.SnapshotPart;

/** One record of a backup; the format is on the package's front page. */
public sealed interface BackupRecord {
  /** What every backup begins with. */
  Bytes MAGIC = Bytes.utf8("VXBACKUP");

  int VERSION = 2;

  /** The first version with the data that merges. */
  int DATA_VERSION_MIN = 2;

  /** A block of 4 MiB or a pair that goes alone, with room to spare; more is damage. */
  int BYTES_MAX = 8 << 20;

  /** In which version, of which cluster and when; {@code by} is for people. */
  record Head(int version, ClusterId cluster, WallTime at, String by) implements BackupRecord {
    /** Of a backup that is made now. */
    public Head(ClusterId cluster, WallTime at, String by) {
      this(VERSION, cluster, at, by);
    }

    /** Whether the data that merges is in it. */
    public boolean hasData() {
      return version >= DATA_VERSION_MIN;
    }
  }

  /** A part of the state's snapshot. */
  record Part(SnapshotPart part) implements BackupRecord {}

  /** A part of the data that merges. */
  record Data(DataPart part) implements BackupRecord {}

  /** A block with its bytes. */
  record Block(BlockId block, int crc32c, Bytes data) implements BackupRecord {}

  /** What came before it. */
  record End(long pairs, long blocks, long blockBytes, int checksums) implements BackupRecord {}

  /** Kind and body, which the file puts between their length and their checksum. */
  default Bytes encode() {
    return switch (this) {
      case Head(var version, var cluster, var at, var by) ->
          new ByteWriter(64)
              .u8(1)
              .u8(version)
              .u64(cluster.value())
              .u64(at.millis())
              .text(by)
              .toBytes();
      case Part(var part) -> encode(2, part.encode());
      case Data(var part) -> encode(5, part.encode());
      case Block(var block, var crc32c, var data) -> {
        ByteWriter out = new ByteWriter(data.length() + 32).u8(3);
        block.encode(out);
        yield out.u32(crc32c).raw(data).toBytes();
      }
      case End(var pairs, var blocks, var blockBytes, var checksums) ->
          new ByteWriter(32).u8(4).u64(pairs).u64(blocks).u64(blockBytes).u32(checksums).toBytes();
    };
  }

  private static Bytes encode(int kind, Bytes part) {
    return new ByteWriter(part.length() + 1).u8(kind).raw(part).toBytes();
  }

  /** Reads kind and body, whose checksum the caller has compared. */
  static BackupRecord decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    BackupRecord record =
        switch (in.u8()) {
          case 1 -> head(in);
          case 2 -> new Part(SnapshotPart.decode(in.raw(in.remaining())));
          case 3 -> new Block(BlockId.decode(in), in.u32(), in.raw(in.remaining()));
          case 4 -> new End(in.u64(), in.u64(), in.u64(), in.u32());
          case 5 -> new Data(DataPart.decode(in.raw(in.remaining())));
          default -> throw new MalformedException("backup record of unknown kind " + bytes.at(0));
        };
    in.end();
    return record;
  }

  private static Head head(ByteReader in) throws MalformedException {
    int version = in.u8();
    if (version < 1 || version > VERSION) {
      throw new MalformedException("backup of version " + version + ", this reads 1 to " + VERSION);
    }
    long cluster = in.u64();
    if (cluster == 0) {
      throw new MalformedException("a backup of no cluster");
    }
    return new Head(version, new ClusterId(cluster), new WallTime(in.u64()), in.text());
  }
}
