package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private int frames;

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
    frames = writer.add(frame);
  }

  @Test
  void whatTheSocketTakesAtOnceLeavesNothing() throws IOException {
    port.room = 1000;
    add(1, 100);
    assertThat(frames).isEqualTo(1);
    add(2, 0);
    assertThat(frames).isEqualTo(2);
    assertThat(writer.addedBytes()).isEqualTo(expected.size());
    assertThat(writer.isIdle()).isFalse();
    assertThat(writer.flush()).isEqualTo(expected.size());
    assertThat(writer.isHeldUp()).isFalse();
    assertThat(writer.isIdle()).isTrue();
    assertThat(writer.addedBytes()).isZero();
    assertThat(writer.flush()).isZero();
    assertThat(port.taken.toByteArray()).isEqualTo(expected.toByteArray());
    add(3, 0);
    assertThat(frames).isEqualTo(1);
  }

  @Test
  void theRestStaysInOrderAndGoesWhenThereIsRoom() throws IOException {
    Random random = new Random(1);
    long gone = 0;
    for (int call = 1; call <= 300; call++) {
      port.room += random.nextInt(3000);
      add(call, random.nextInt(8000));
      gone += random.nextBoolean() && writer.isHeldUp() ? writer.flushHeld() : writer.flush();
    }
    assertThat(writer.isHeldUp()).isTrue();
    while (writer.isHeldUp()) {
      assertThat(writer.isIdle()).isFalse();
      assertThat(writer.flush()).isZero();
      writer.awaitRoom(SocketPort.FOREVER);
      gone += writer.flushHeld();
    }
    assertThat(gone).isEqualTo(expected.size());
    assertThat(port.taken.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Test
  void itTellsWhenSomethingMovedAndNotWhenNothingDid() throws IOException {
    add(1, 100);
    long before = writer.movedNanos();
    assertThat(writer.flush()).isZero();
    assertThat(writer.movedNanos()).isEqualTo(before);
    assertThat(writer.isHeldUp()).isTrue();
    port.room = 1;
    assertThat(writer.flushHeld()).isEqualTo(1);
    assertThat(writer.movedNanos()).isGreaterThan(before);
    assertThat(writer.isHeldUp()).isTrue();
  }

  @Test
  void whatIsDroppedDoesNotGoOut() throws IOException {
    port.room = 10;
    add(1, 200_000);
    assertThat(writer.flush()).isEqualTo(10);
    writer.drop();
    add(2, 5);
    assertThat(frames).isZero();
    assertThat(writer.isHeldUp()).isFalse();
    assertThat(writer.flush()).isZero();
    assertThat(writer.flushHeld()).isZero();
    assertThat(writer.isIdle()).isTrue();
    assertThat(port.taken.size()).isEqualTo(10);
  }

  @Test
  void aBrokenSocketIsTold() {
    port.isBroken = true;
    add(1, 5);
    assertThatThrownBy(writer::flush).isInstanceOf(IOException.class).hasMessage("broken");
  }

  /** One adds while another writes: nothing is lost, doubled or out of order. */
  @Test
  void whatIsAddedWhileAnotherWritesGoesBehindIt() throws Exception {
    port.room = Integer.MAX_VALUE;
    CountDownLatch added = new CountDownLatch(1);
    CompletableFuture<Long> gone = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> {
          try {
            long bytes = 0;
            while (added.getCount() > 0) {
              bytes += writer.flush();
            }
            gone.complete(bytes + writer.flush());
          } catch (IOException e) {
            gone.completeExceptionally(e);
          }
        });
    long mine = 0;
    for (int call = 1; call <= 20_000; call++) {
      add(call, call % 200);
      if (call % 3 == 0) {
        mine += writer.flush();
      }
    }
    added.countDown();
    assertThat(gone.get(30, TimeUnit.SECONDS) + mine).isEqualTo(expected.size());
    assertThat(port.taken.toByteArray()).isEqualTo(expected.toByteArray());
  }
}
