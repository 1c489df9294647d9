package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.volvox.base.MalformedException;

/** Whose turn it is to read. */
final class WireReaderTest {
  private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Pipe port = new Pipe();
  private final Seen seen = new Seen();

  @AfterEach
  void end() {
    port.close();
  }

  /** Bytes that a test puts in; tells when a reader waits. */
  private static final class Pipe implements SocketPort {
    private final ArrayDeque<Byte> bytes = new ArrayDeque<>();
    private boolean isClosed;
    private int waiting;

    synchronized void put(int value) {
      bytes.add((byte) value);
      notifyAll();
    }

    synchronized void awaitReader() throws InterruptedException {
      while (waiting == 0) {
        wait();
      }
    }

    @Override
    public synchronized int tryRead(byte[] array, int offset, int length) throws IOException {
      if (isClosed) {
        throw new IOException("closed");
      }
      if (bytes.isEmpty()) {
        return 0;
      }
      array[offset] = bytes.removeFirst();
      return 1;
    }

    @Override
    public synchronized void awaitReadable(long nanosMax) {
      waiting++;
      notifyAll();
      try {
        long end = System.nanoTime() + Math.min(LONG_NANOS, nanosMax);
        long left = end - System.nanoTime();
        while (bytes.isEmpty() && !isClosed && left > 0) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
          left = end - System.nanoTime();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        waiting--;
      }
    }

    @Override
    public int tryWrite(byte[] array, int offset, int length) {
      throw new UnsupportedOperationException("nothing is written here");
    }

    @Override
    public void awaitWritable(long nanosMax) {
      throw new UnsupportedOperationException("nothing is written here");
    }

    @Override
    public synchronized void close() {
      isClosed = true;
      notifyAll();
    }
  }

  /** A byte is a frame; 99 is garbage, 98 a bug. */
  private static final class Seen implements WireReader.Into {
    final List<String> readers = new ArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    final CompletableFuture<String> end = new CompletableFuture<>();
    private int frames;

    @Override
    public synchronized int receiveAll(byte[] buffer, int length) throws MalformedException {
      for (int i = 0; i < length; i++) {
        if (buffer[i] == 99) {
          throw new MalformedException("garbage");
        }
        if (buffer[i] == 98) {
          throw new IllegalStateException("a bug");
        }
        readers.add(Thread.currentThread().getName() + " " + buffer[i]);
      }
      frames += length;
      notifyAll();
      return length;
    }

    synchronized String last() {
      return readers.getLast();
    }

    synchronized int frames() {
      return frames;
    }

    synchronized void awaitFrames(int count) throws InterruptedException {
      while (frames < count) {
        wait();
      }
    }

    @Override
    public void onReadEnd(String reason, Optional<MalformedException> garbage) {
      end.complete((garbage.isPresent() ? "garbage: " : "") + reason);
    }

    @Override
    public int openCalls() {
      return open.get();
    }

    @Override
    public boolean isInStep() {
      return false;
    }
  }

  private WireReader reader() {
    WireReader reader = new WireReader(port, seen, true);
    reader.start();
    return reader;
  }

  /** Until the reader's own thread has stepped back and a caller's turn came. */
  private void readAsCaller(WireReader reader, int frame) throws InterruptedException {
    readAsCaller(reader, frame, 0);
  }

  /** As the other; while it reads so many calls are open, and stay so. */
  private void readAsCaller(WireReader reader, int frame, int open) throws InterruptedException {
    String mine = Thread.currentThread().getName() + " " + frame;
    boolean hasRead = false;
    while (!hasRead) {
      int before = seen.frames();
      port.put(frame);
      boolean ignored =
          reader.readUntil(
              () -> {
                boolean isRead = seen.frames() > before;
                seen.open.set(isRead && seen.last().equals(mine) ? open : 0);
                return isRead;
              },
              LONG_NANOS);
      seen.awaitFrames(before + 1);
      hasRead = seen.last().equals(mine);
    }
  }

  @Test
  void itsOwnThreadReadsWithoutBeingAsked() throws Exception {
    WireReader reader = reader();
    port.awaitReader();
    port.put(1);
    seen.awaitFrames(1);
    assertThat(seen.readers).containsExactly("rpc-read 1");
    assertThat(System.nanoTime() - reader.heardNanos()).isLessThan(LONG_NANOS);
  }

  @Test
  void aCallerReadsForItself() throws Exception {
    WireReader reader = reader();
    readAsCaller(reader, 7);
    assertThat(seen.last()).isEqualTo(Thread.currentThread().getName() + " 7");
  }

  @Test
  void aCallerThatLeavesCallsBehindIsFollowedByTheReadersOwnThread() throws Exception {
    WireReader reader = reader();
    readAsCaller(reader, 7, 1);
    int before = seen.frames();
    port.put(8);
    seen.awaitFrames(before + 1);
    assertThat(seen.last()).isEqualTo("rpc-read 8");
  }

  @Test
  void anIdleConnectionIsReadSoonAgain() throws Exception {
    WireReader reader = reader();
    readAsCaller(reader, 7);
    int before = seen.frames();
    port.put(8);
    seen.awaitFrames(before + 1);
    assertThat(seen.last()).isEqualTo("rpc-read 8");
  }

  @Test
  void aVirtualThreadNeverReadsAndIsReadFor() throws Exception {
    WireReader reader = reader();
    readAsCaller(reader, 7);
    int before = seen.frames();
    seen.open.set(1);
    CompletableFuture<Boolean> hasRead = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        hasRead.complete(reader.readUntil(() -> false, LONG_NANOS));
      } catch (InterruptedException e) {
        hasRead.completeExceptionally(e);
      }
    });
    assertThat(hasRead.get(30, TimeUnit.SECONDS)).isFalse();
    port.put(9);
    seen.awaitFrames(before + 1);
    assertThat(seen.last()).isEqualTo("rpc-read 9");
  }

  @Test
  void aCallerWaitsNoLongerThanItWants() throws Exception {
    WireReader reader = reader();
    readAsCaller(reader, 7);
    int before = seen.frames();
    boolean ignored = reader.readUntil(() -> false, 1_000_000);
    assertThat(seen.frames()).isEqualTo(before);
  }

  @Test
  void aCallerThatIsInterruptedStopsAndTheOthersAreReadFor() throws Exception {
    WireReader reader = reader();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> how = new CompletableFuture<>();
    Thread caller =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                while (true) {
                  readAsCaller(reader, 7);
                  boolean ignored =
                      reader.readUntil(
                          () -> {
                            begun.countDown();
                            return false;
                          },
                          LONG_NANOS);
                }
              } catch (InterruptedException e) {
                how.complete("interrupted");
              }
            });
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    assertThat(how.get(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
    int before = seen.frames();
    port.put(3);
    seen.awaitFrames(before + 1);
  }

  @Test
  void whatCameWhileNobodyReadIsTakenWithoutWaiting() throws Exception {
    WireReader reader = new WireReader(port, seen, true);
    reader.catchUp();
    port.put(4);
    reader.catchUp();
    assertThat(seen.readers).containsExactly(Thread.currentThread().getName() + " 4");
    port.close();
    reader.catchUp();
    assertThat(seen.end.get(30, TimeUnit.SECONDS)).isEqualTo("closed");
    reader.catchUp();
  }

  @Test
  void garbageAndClosingEndIt() throws Exception {
    WireReader first = reader();
    assertThat(first).isNotNull();
    port.put(99);
    assertThat(seen.end.get(30, TimeUnit.SECONDS)).isEqualTo("garbage: garbage");
    assertThat(first.readUntil(() -> false, LONG_NANOS)).isFalse();
  }

  @Test
  void aClosedPortEndsIt() throws Exception {
    WireReader reader = reader();
    assertThat(reader).isNotNull();
    port.awaitReader();
    port.close();
    assertThat(seen.end.get(30, TimeUnit.SECONDS)).isEqualTo("closed");
  }

  @Test
  void aBugInWhatIsReadEndsTheConnectionInsteadOfLeavingItUnread() throws Exception {
    WireReader reader = reader();
    readAsCaller(reader, 7);
    assertThatThrownBy(
            () -> {
              while (!seen.end.isDone()) {
                port.put(98);
                boolean ignored = reader.readUntil(seen.end::isDone, LONG_NANOS);
              }
              throw new IllegalStateException(seen.end.join());
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a bug");
    assertThat(seen.end.get(30, TimeUnit.SECONDS)).contains("reading failed").contains("a bug");
  }
}
