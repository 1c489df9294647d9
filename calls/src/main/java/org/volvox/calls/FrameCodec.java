package org.volvox.calls;

import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.Crc32c;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/**
 * The frame format, version 1 (big-endian; the header is 64 bytes). It is the same in versions 1
 * and 2 of the protocol, which differ in what OPEN and DATA may say ({@link Hello}):
 *
 * <pre>
 *  0 u32 length of all that follows this field        32 u64 Lamport clock of the send
 *  4 u8  version (1)                                  40 u32 group
 *  5 u8  kind                                         44 u64 cluster id
 *  6 u16 flags                                        52 u64 incarnation of the sender
 *  8 u64 call id                                      60 u32 CRC-32C of bytes 0 to 59
 * 16 u64 origin (top bit: a client's session)         64 payload, at most 65,472 bytes
 * 24 u64 event seq of the origin
 * </pre>
 *
 * Decoding throws only {@link MalformedException} and allocates nothing for a length that is not
 * allowed.
 */
public final class FrameCodec {
  public static final int VERSION = 1;
  public static final int HEADER_BYTES = 64;

  /** A whole frame; nothing bigger is ever on a connection, so nothing waits long behind it. */
  public static final int FRAME_BYTES_MAX = 64 * 1024;

  public static final int PAYLOAD_BYTES_MAX = FRAME_BYTES_MAX - HEADER_BYTES;

  /** The first bytes of a frame that tell its length. */
  public static final int PREFIX_BYTES = 4;

  private static final int CHECKED_BYTES = HEADER_BYTES - 4;

  private FrameCodec() {}

  /** The header of the frame; the payload follows it on the wire unchanged. */
  public static Bytes encodeHeader(Frame frame) {
    EventStamp stamp = frame.stamp();
    byte[] header = new byte[HEADER_BYTES];
    put32(header, 0, HEADER_BYTES - PREFIX_BYTES + frame.payload().length());
    header[4] = VERSION;
    header[5] = (byte) frame.kind().code();
    header[6] = (byte) (frame.flags() >>> 8);
    header[7] = (byte) frame.flags();
    put64(header, 8, frame.call());
    put64(header, 16, stamp.id().origin().code());
    put64(header, 24, stamp.id().seq());
    put64(header, 32, stamp.clock().ticks());
    put32(header, 40, frame.group());
    put64(header, 44, frame.cluster().value());
    put64(header, 52, frame.incarnation());
    put32(header, CHECKED_BYTES, Crc32c.of(header, 0, CHECKED_BYTES));
    return Bytes.wrap(header);
  }

  private static void put32(byte[] array, int at, int value) {
    array[at] = (byte) (value >>> 24);
    array[at + 1] = (byte) (value >>> 16);
    array[at + 2] = (byte) (value >>> 8);
    array[at + 3] = (byte) value;
  }

  private static void put64(byte[] array, int at, long value) {
    put32(array, at, (int) (value >>> 32));
    put32(array, at + 4, (int) value);
  }

  public static Bytes encode(Frame frame) {
    return encodeHeader(frame).concat(frame.payload());
  }

  /**
   * The bytes of the whole frame that begins with this length field.
   *
   * @throws MalformedException if no frame is that long
   */
  public static int frameLength(int prefix) throws MalformedException {
    if (prefix < HEADER_BYTES - PREFIX_BYTES || prefix > FRAME_BYTES_MAX - PREFIX_BYTES) {
      throw new MalformedException(
          "frame length " + (prefix & 0xFFFFFFFFL) + " out of 60..65532: not a Volvox peer?");
    }
    return prefix + PREFIX_BYTES;
  }

  /** Reads exactly one frame; its payload shares the array of {@code bytes}. */
  public static Frame decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int length = frameLength(in.u32());
    if (length != bytes.length()) {
      throw new MalformedException("frame of " + length + " bytes in " + bytes.length());
    }
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("frame of version " + version + ", this reads " + VERSION);
    }
    int checksum = new ByteReader(bytes.slice(CHECKED_BYTES, HEADER_BYTES)).u32();
    if (checksum != bytes.slice(0, CHECKED_BYTES).crc32c()) {
      throw new MalformedException("frame header with a wrong checksum");
    }
    int kind = in.u8();
    if (!FrameKind.exists(kind)) {
      throw new MalformedException("frame of unknown kind " + kind);
    }
    int flags = in.u16();
    long call = in.u64();
    EventStamp stamp = readStamp(in);
    int group = in.u32();
    long cluster = in.u64();
    if (cluster == 0) {
      throw new MalformedException("frame without a cluster id");
    }
    long incarnation = in.u64();
    return new Frame(
        FrameKind.of(kind),
        flags,
        call,
        stamp,
        group,
        new ClusterId(cluster),
        incarnation,
        bytes.slice(HEADER_BYTES, length));
  }

  private static EventStamp readStamp(ByteReader in) throws MalformedException {
    Origin origin = origin(in.u64());
    long seq = in.u64();
    long ticks = in.u64();
    if (seq < 0 || ticks < 0) {
      throw new MalformedException("negative event number or clock in a frame");
    }
    return new EventStamp(new LamportTime(ticks), new EventId(origin, seq));
  }

  private static Origin origin(long code) throws MalformedException {
    if (code < 0) {
      return new Origin.Client(new SessionId(code & Long.MAX_VALUE));
    }
    if (code < 1 || code > 0xFFFF) {
      throw new MalformedException("frame from node " + code + ", out of 1..65535");
    }
    return new Origin.Node(new NodeId((int) code));
  }
}
