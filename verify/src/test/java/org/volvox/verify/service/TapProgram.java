package org.volvox.verify.service;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import org.volvox.client.Volvox;
import org.volvox.client.service.CallOptions;

/** Both ends of a {@link Tap}, each in a program with a small heap. */
public final class TapProgram implements Tap {
  private static final int BLOCK_BYTES = 64 * 1024;

  private TapProgram() {}

  /** Arguments: the cluster's folder, and nothing to serve, or how many bytes to move both ways. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (Volvox volvox = Volvox.connect(Path.of(arguments[0]))) {
      if (arguments.length == 1) {
        volvox.services().bind("test/Tap", Tap.class, new TapProgram());
        new CountDownLatch(1).await();
      } else {
        move(volvox, Long.parseLong(arguments[1]));
      }
    }
  }

  private static void move(Volvox volvox, long bytes) {
    CallOptions patient = CallOptions.DEFAULT.within(Duration.ofMinutes(2));
    Tap tap = volvox.services().lookup("test/Tap", Tap.class, patient);
    long begin = System.nanoTime();
    System.out.println("poured " + count(tap.pour(bytes)));
    System.out.println("filled " + tap.fill(blocks(bytes)));
    System.out.println(
        "ms "
            + (System.nanoTime() - begin) / 1_000_000
            + " heap "
            + Runtime.getRuntime().maxMemory());
  }

  @Override
  public Iterator<byte[]> pour(long bytes) {
    return blocks(bytes);
  }

  @Override
  public long fill(Iterator<byte[]> blocks) {
    return count(blocks);
  }

  private static long count(Iterator<byte[]> blocks) {
    long count = 0;
    while (blocks.hasNext()) {
      count += blocks.next().length;
    }
    return count;
  }

  private static Iterator<byte[]> blocks(long bytes) {
    return new Iterator<>() {
      private long left = bytes;

      @Override
      public boolean hasNext() {
        return left > 0;
      }

      @Override
      public byte[] next() {
        byte[] block = new byte[(int) Math.min(BLOCK_BYTES, left)];
        left -= block.length;
        return block;
      }
    };
  }
}
