package org.volvox.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

final class FrameCodecTest {
  private static final Frame FRAME =
      new Frame(
          FrameKind.DATA,
          Frame.END_MESSAGE | Frame.END_STREAM,
          0x0102030405060708L,
          new EventStamp(
              new LamportTime(0x1122334455L),
              new EventId(new Origin.Client(new SessionId(42)), 77)),
          3,
          new ClusterId(0xCAFEBABE12345678L),
          9,
          Bytes.utf8("payload"));

  @Test
  void matchesTheGoldenFile() throws IOException {
    assertThat(FrameCodec.encode(FRAME).hex()).isEqualTo(golden("frame-v1.hex"));
  }

  /** What of a hello and of calls is on the wire in each version; all of it is read for ever. */
  @Test
  void matchesTheGoldenFilesOfBothVersions() throws IOException, MalformedException {
    Bytes fields = new ByteWriter().u16(Method.QUERY.number()).u64(1_000_000).toBytes();
    int both = Frame.END_MESSAGE | Frame.END_STREAM;
    int completes = Frame.END_MESSAGE | Frame.COMPLETES;
    assertGolden("hello-v1.hex", frame(FrameKind.HELLO, 0, 0, hello(1).encode()));
    assertGolden("hello-v2.hex", frame(FrameKind.HELLO, 0, 0, hello(2).encode()));
    assertGolden("open-v1.hex", frame(FrameKind.OPEN, 0, 5, fields));
    assertGolden(
        "open-v2.hex", frame(FrameKind.OPEN, both, 5, fields.concat(Bytes.utf8("question"))));
    assertGolden("answer-v2.hex", frame(FrameKind.DATA, completes, 5, Bytes.utf8("answer")));
  }

  private static Hello hello(int versionMax) {
    return new Hello(1, versionMax, Lane.CALLS);
  }

  private static Frame frame(FrameKind kind, int flags, long call, Bytes payload) {
    return new Frame(kind, flags, call, FRAME.stamp(), 3, FRAME.cluster(), 9, payload);
  }

  private static void assertGolden(String name, Frame frame)
      throws IOException, MalformedException {
    String golden = golden(name);
    assertThat(FrameCodec.encode(frame).hex()).as(name).isEqualTo(golden);
    assertThat(FrameCodec.decode(Bytes.wrap(HexFormat.of().parseHex(golden))))
        .as(name)
        .isEqualTo(frame);
    if (frame.kind() == FrameKind.HELLO) {
      assertThat(Hello.decode(frame.payload()).encode()).isEqualTo(frame.payload());
    }
  }

  static String golden(String name) throws IOException {
    try (InputStream in = FrameCodecTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    }
  }

  @Test
  void readsWhatItWrote() throws MalformedException {
    assertThat(FrameCodec.decode(FrameCodec.encode(FRAME))).isEqualTo(FRAME);
    Frame ofNode =
        new Frame(
            FrameKind.PING,
            0,
            0,
            new EventStamp(new LamportTime(1), new EventId(new Origin.Node(new NodeId(65535)), 1)),
            0,
            new ClusterId(1),
            1,
            Bytes.EMPTY);
    assertThat(FrameCodec.decode(FrameCodec.encode(ofNode))).isEqualTo(ofNode);
  }

  @Test
  void tellsTheEndOfMessageAndStream() {
    assertThat(FRAME.endsMessage()).isTrue();
    assertThat(FRAME.endsStream()).isTrue();
  }

  @Test
  void refusesEveryChangedHeaderByte() {
    byte[] good = FrameCodec.encode(FRAME).toArray();
    for (int i = 0; i < FrameCodec.HEADER_BYTES; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x40;
      assertThatThrownBy(() -> FrameCodec.decode(Bytes.wrap(bad)))
          .as("byte " + i)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void refusesLengthsThatNoFrameHas() {
    for (int length : new int[] {-1, 0, 59, 65533, Integer.MAX_VALUE, 0x47455420}) {
      assertThatThrownBy(() -> FrameCodec.frameLength(length))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void refusesOriginsAndNumbersThatDoNotExist() {
    for (long origin : new long[] {0, 65536}) {
      refuses(header(1, 3, origin, 1, 1, 5));
    }
    refuses(header(1, 3, 1, -1, 1, 5));
    refuses(header(1, 3, 1, 1, -1, 5));
    refuses(header(1, 3, 1, 1, 1, 0));
    refuses(header(1, 0, 1, 1, 1, 5));
    refuses(header(1, 11, 1, 1, 1, 5));
    refuses(header(2, 3, 1, 1, 1, 5));
  }

  private static void refuses(Bytes frame) {
    assertThatThrownBy(() -> FrameCodec.decode(frame)).isInstanceOf(MalformedException.class);
  }

  private static Bytes header(int version, int kind, long... rest) {
    ByteWriter out =
        new ByteWriter()
            .u32(60)
            .u8(version)
            .u8(kind)
            .u16(0)
            .u64(1)
            .u64(rest[0])
            .u64(rest[1])
            .u64(rest[2])
            .u32(0)
            .u64(rest[3])
            .u64(0);
    return out.u32(out.toBytes().crc32c()).toBytes();
  }

  @Test
  void neverThrowsAnythingElseForGarbage() {
    Prng prng = new Prng(1);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] garbage = new byte[prng.below(200)];
      for (int i = 0; i < garbage.length; i++) {
        garbage[i] = (byte) prng.nextInt();
      }
      try {
        FrameCodec.decode(Bytes.wrap(garbage));
      } catch (MalformedException expected) {
        refused++;
      }
    }
    assertThat(refused).isEqualTo(2000);
  }
}
