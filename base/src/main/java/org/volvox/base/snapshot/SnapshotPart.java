package org.volvox.base.snapshot;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.Term;

/** One part of a snapshot's stream; the format is on the package's front page. */
public sealed interface SnapshotPart {
  int VERSION = 1;

  /** Few parts and small buffers; half of a call's window, so that one is sent while one waits. */
  int CHUNK_BYTES_MAX = 256 << 10;

  /** Which state the stream has. */
  record Header(ClusterId cluster, int group, LogIndex index, Term term, Bytes membership)
      implements SnapshotPart {}

  /** Some pairs, ascending. */
  record Chunk(List<Pair> pairs) implements SnapshotPart {
    public Chunk {
      pairs = List.copyOf(pairs);
      if (pairs.isEmpty()) {
        throw new IllegalArgumentException("a chunk of nothing");
      }
    }

    public Bytes lastKey() {
      return pairs.getLast().key();
    }
  }

  /** Nothing follows; so much came before. */
  record End(long pairs, long bytes) implements SnapshotPart {}

  /** A key and its value. */
  record Pair(Bytes key, Bytes value) {
    /** What it weighs in a chunk and in a snapshot's sum. */
    public int bytes() {
      return key.length() + value.length();
    }
  }

  /** The part's bytes with their checksum. */
  default Bytes encode() {
    ByteWriter out = new ByteWriter(this instanceof Chunk ? CHUNK_BYTES_MAX + (32 << 10) : 64);
    out.u8(VERSION);
    switch (this) {
      case Header(var cluster, var group, var index, var term, var membership) ->
          out.u8(1)
              .u64(cluster.value())
              .u16(group)
              .u64(index.value())
              .u64(term.value())
              .bytes(membership);
      case Chunk(var pairs) -> {
        out.u8(2).u32(pairs.size());
        pairs.forEach(pair -> out.bytes(pair.key()).bytes(pair.value()));
      }
      case End(var pairs, var bytes) -> out.u8(3).u64(pairs).u64(bytes);
    }
    return out.u32(out.toBytes().crc32c()).toBytes();
  }

  /** Reads one part; keys and values share its bytes. */
  static SnapshotPart decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("snapshot of version " + version + ", this reads " + VERSION);
    }
    int covered = bytes.length() - 4;
    if (covered < 2) {
      throw new MalformedException("a snapshot's part of " + bytes.length() + " bytes");
    }
    int checksum = new ByteReader(bytes.slice(covered, bytes.length())).u32();
    if (bytes.slice(0, covered).crc32c() != checksum) {
      throw new MalformedException("the checksum of a snapshot's part does not match");
    }
    ByteReader body = new ByteReader(bytes.slice(2, covered));
    int kind = in.u8();
    SnapshotPart part =
        switch (kind) {
          case 1 -> header(body);
          case 2 -> chunk(body);
          case 3 -> new End(notNegative(body.u64()), notNegative(body.u64()));
          default -> throw new MalformedException("snapshot part of unknown kind " + kind);
        };
    body.end();
    return part;
  }

  private static Header header(ByteReader in) throws MalformedException {
    long cluster = in.u64();
    if (cluster == 0) {
      throw new MalformedException("a snapshot of no cluster");
    }
    return new Header(
        new ClusterId(cluster),
        in.u16(),
        new LogIndex(notNegative(in.u64())),
        new Term(notNegative(in.u64())),
        Bytes.wrap(in.bytes().toArray()));
  }

  private static Chunk chunk(ByteReader in) throws MalformedException {
    int count = in.count(8);
    if (count == 0) {
      throw new MalformedException("a snapshot's chunk of no pairs");
    }
    List<Pair> pairs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      pairs.add(new Pair(in.bytes(), in.bytes()));
    }
    return new Chunk(pairs);
  }

  private static long notNegative(long value) throws MalformedException {
    if (value < 0) {
      throw new MalformedException("negative number in a snapshot: " + value);
    }
    return value;
  }
}
