package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;
import org.volvox.calls.FrameKind;

/** What a socket that takes little at a time gets, and in which order. */
final class WireWriterTest {
  private final Narrow port = new Narrow();
  private final WireWriter writer = new WireWriter(port);
  private final ByteArrayOutputStream expected = new ByteArrayOutputStream();

  /** Takes so many bytes, then none until it is allowed more. */
  private static final class Narrow implements SocketPort {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    int room;
    boolean isBroken;

    @Override
    public int tryRead(byte[] array, int offset, int length) {
      return 0;
    }

    @Override
    public void awaitReadable(long nanosMax) {}

    @Override
    public int tryWrite(byte[] array, int offset, int length) throws IOException {
      if (isBroken) {
        throw new IOException("broken");
      }
      int count = Math.min(room, length);
      taken.write(array, offset, count);
      room -= count;
      return count;
    }

    @Override
    public void awaitWritable(long nanosMax) {
      room += 1000;
    }

    @Override
    public void close() {}
  }

  private void add(int call, int length) {
    byte[] payload = new byte[length];
    new Random(call).nextBytes(payload);
    EventId id = new EventId(new Origin.Client(SessionId.NONE), call);
    Frame frame =
        new Frame(
            FrameKind.DATA,
            0,
            call,
            new EventStamp(new LamportTime(call), id),
            0,
            new ClusterId(7),
            0,
            Bytes.wrap(payload));
    expected.writeBytes(FrameCodec.encode(frame).toArray());
    writer.add(frame);
  }

  @Test
  void whatTheSocketTakesAtOnceLeavesNothing() throws IOException {
    port.room = 1000;
    add(1, 100);
    add(2, 0);
    assertThat(writer.frames()).isEqualTo(2);
    assertThat(writer.flush()).isEqualTo(expected.size());
    assertThat(writer.isHeldUp()).isFalse();
    assertThat(writer.frames()).isZero();
    assertThat(writer.length()).isZero();
    assertThat(writer.flush()).isZero();
    assertThat(port.taken.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Test
  void theRestStaysInOrderAndGoesWhenThereIsRoom() throws IOException {
    Random random = new Random(1);
    for (int call = 1; call <= 300; call++) {
      port.room += random.nextInt(3000);
      add(call, random.nextInt(8000));
      int before = writer.length();
      int gone = writer.flush();
      assertThat(writer.length()).isEqualTo(before - gone);
      assertThat(writer.isHeldUp()).isEqualTo(writer.length() > 0);
    }
    assertThat(writer.isHeldUp()).isTrue();
    while (writer.isHeldUp()) {
      writer.awaitRoom(SocketPort.FOREVER);
      assertThat(writer.flush()).isPositive();
    }
    assertThat(port.taken.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Test
  void itTellsWhenSomethingMovedAndNotWhenNothingDid() throws IOException {
    add(1, 100);
    long before = writer.movedNanos();
    assertThat(writer.flush()).isZero();
    assertThat(writer.movedNanos()).isEqualTo(before);
    port.room = 1;
    assertThat(writer.flush()).isEqualTo(1);
    assertThat(writer.movedNanos()).isGreaterThan(before);
    assertThat(writer.isHeldUp()).isTrue();
  }

  @Test
  void whatIsDroppedDoesNotGoOut() throws IOException {
    port.room = 10;
    add(1, 200_000);
    assertThat(writer.flush()).isEqualTo(10);
    writer.drop();
    assertThat(writer.isHeldUp()).isFalse();
    assertThat(writer.flush()).isZero();
    port.isBroken = true;
    add(2, 5);
    assertThatThrownBy(writer::flush).isInstanceOf(IOException.class).hasMessage("broken");
  }
}
