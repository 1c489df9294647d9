package org.volvox.consensus.log;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Crc32c;
import org.volvox.base.Disk;
import org.volvox.base.MalformedException;

/**
 * The header of a frame and its bytes; see the package's front page. Only the log uses it.
 *
 * @param version {@link #VERSION} of all that is written
 */
record Frame(
    int version,
    Kind kind,
    long logId,
    long segment,
    long offset,
    long number,
    long durable,
    int payloadBytes,
    int records,
    int payloadCrc) {
  static final int HEADER_BYTES = 64;
  static final int VERSION = 2;

  /** The first one, whose frames do not say where the log stood; read, never written. */
  static final int VERSION_SILENT = 1;

  static final int MAGIC = 0x56585746; // VXWF

  /** What a frame is for. */
  enum Kind {
    HEAD(1),
    DATA(2),
    MARK(3),
    SEAL(4);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** Says of a header that it is whole but of a version that this program does not read. */
  static final class NewerException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int version;

    NewerException(int version) {
      this.version = version;
    }

    @Override
    public String getMessage() {
      return "format version " + version + ", this program reads " + VERSION;
    }
  }

  /** Bytes on disk: header and payload, padded to whole sectors. */
  long paddedBytes() {
    return padded(payloadBytes);
  }

  static long padded(int payloadBytes) {
    long bytes = (long) HEADER_BYTES + payloadBytes;
    return (bytes + Disk.SECTOR_BYTES - 1) / Disk.SECTOR_BYTES * Disk.SECTOR_BYTES;
  }

  /** The frame as it is on disk; {@code payload} is what the header was made for. */
  Bytes encode(Bytes payload) {
    int padded = (int) paddedBytes();
    ByteWriter out = new ByteWriter(padded);
    out.u32(MAGIC).u8(version).u8(kind.code).u16(0).u64(logId).u64(segment).u64(offset);
    out.u64(number).u64(durable).u32(payloadBytes).u32(records).u32(payloadCrc);
    out.u32(out.toBytes().crc32c()).raw(payload);
    out.raw(Bytes.wrap(new byte[padded - out.length()]));
    return out.toBytes();
  }

  /** Whether so many bytes of a header can be one at all; cheap, for who looks at each sector. */
  static boolean mayBeginWith(Bytes header) {
    return header.at(0) == (byte) (MAGIC >>> 24) && header.at(1) == (byte) (MAGIC >>> 16);
  }

  /** Reads a header of {@link #HEADER_BYTES}; what does not check out is malformed. */
  static Frame decode(Bytes header) throws MalformedException, NewerException {
    ByteReader in = new ByteReader(header);
    if (in.u32() != MAGIC) {
      throw new MalformedException("no frame begins here");
    }
    byte[] array = header.toArray();
    int version = in.u8();
    int kind = in.u8();
    int zero = in.u16();
    Frame frame =
        new Frame(
            version,
            kind(kind),
            in.u64(),
            in.u64(),
            in.u64(),
            in.u64(),
            in.u64(),
            in.u32(),
            in.u32(),
            in.u32());
    if (in.u32() != Crc32c.of(array, 0, HEADER_BYTES - 4)) {
      throw new MalformedException("the checksum of the frame's header does not match");
    }
    if (version < VERSION_SILENT || version > VERSION) {
      throw new NewerException(version);
    }
    if (zero != 0 || frame.payloadBytes < 0 || frame.records < 0) {
      throw new MalformedException("the frame's header makes no sense");
    }
    return frame;
  }

  private static Kind kind(int code) throws MalformedException {
    for (Kind kind : Kind.values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new MalformedException("frame of unknown kind " + code);
  }
}
