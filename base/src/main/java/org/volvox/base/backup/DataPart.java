package org.volvox.base.backup;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.snapshot.SnapshotPart.Pair;

/**
 * One part of a copy of the data that merges, as one node had it at one moment; the format is on
 * the package's front page. What is in a moment and in an atom is its owner's to say.
 */
public sealed interface DataPart {
  int VERSION = 1;

  /** As of a snapshot: few parts and small buffers. */
  int CHUNK_BYTES_MAX = 256 << 10;

  /** As of which changes the copy is. */
  record Moment(Bytes moment) implements DataPart {}

  /** Some atoms by their keys, ascending. */
  record Atoms(List<Pair> pairs) implements DataPart {
    public Atoms {
      pairs = List.copyOf(pairs);
      if (pairs.isEmpty()) {
        throw new IllegalArgumentException("a chunk of no atoms");
      }
    }

    public Bytes lastKey() {
      return pairs.getLast().key();
    }
  }

  /** Nothing follows; so much came before. */
  record End(long atoms, long bytes) implements DataPart {}

  /** The part's bytes with their checksum. */
  default Bytes encode() {
    ByteWriter out = new ByteWriter(this instanceof Atoms ? CHUNK_BYTES_MAX + (32 << 10) : 64);
    out.u8(VERSION);
    switch (this) {
      case Moment(var moment) -> out.u8(1).bytes(moment);
      case Atoms(var pairs) -> {
        out.u8(2).u32(pairs.size());
        pairs.forEach(pair -> out.bytes(pair.key()).bytes(pair.value()));
      }
      case End(var atoms, var bytes) -> out.u8(3).u64(atoms).u64(bytes);
    }
    return out.u32(out.toBytes().crc32c()).toBytes();
  }

  /** Reads one part; keys and atoms share its bytes. */
  static DataPart decode(Bytes bytes) throws MalformedException {
    int covered = bytes.length() - 4;
    if (covered < 2) {
      throw new MalformedException("a part of data that merges of " + bytes.length() + " bytes");
    }
    ByteReader in = new ByteReader(bytes.slice(0, covered));
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException(
          "data that merges of version " + version + ", this reads " + VERSION);
    }
    int checksum = new ByteReader(bytes.slice(covered, bytes.length())).u32();
    if (bytes.slice(0, covered).crc32c() != checksum) {
      throw new MalformedException("the checksum of a part of data that merges does not match");
    }
    int kind = in.u8();
    DataPart part =
        switch (kind) {
          case 1 -> new Moment(Bytes.wrap(in.bytes().toArray()));
          case 2 -> atoms(in);
          case 3 -> new End(notNegative(in.u64()), notNegative(in.u64()));
          default ->
              throw new MalformedException("part of data that merges of unknown kind " + kind);
        };
    in.end();
    return part;
  }

  private static Atoms atoms(ByteReader in) throws MalformedException {
    int count = in.count(8);
    if (count == 0) {
      throw new MalformedException("a chunk of no atoms");
    }
    List<Pair> pairs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      pairs.add(new Pair(in.bytes(), in.bytes()));
    }
    return new Atoms(pairs);
  }

  private static long notNegative(long value) throws MalformedException {
    if (value < 0) {
      throw new MalformedException("negative number in data that merges: " + value);
    }
    return value;
  }
}
