package org.volvox.verify.fallacies;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.volvox.client.Volvox;

/** Serves a {@link Probe}; as a program until it is killed. */
public final class ProbeHost implements Probe {
  private final Map<String, Integer> entries = new ConcurrentHashMap<>();

  /** The argument is the cluster's folder. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (Volvox volvox = Volvox.connect(Path.of(arguments[0]))) {
      volvox.services().bind(NAME, Probe.class, new ProbeHost());
      System.out.println("bound");
      new CountDownLatch(1).await();
    }
  }

  @Override
  public int enter(String word) {
    return entries.merge(word, 1, Integer::sum);
  }

  @Override
  public int entries(String word) {
    return entries.getOrDefault(word, 0);
  }

  @Override
  public long add(long left, long right) {
    return left + right;
  }

  @Override
  public Iterator<Long> down(long from) {
    return LongStream.range(0, from).map(i -> from - i).iterator();
  }

  @Override
  public long sum(Iterator<Long> numbers) {
    long sum = 0;
    while (numbers.hasNext()) sum += numbers.next();
    return sum;
  }

  @Override
  public void fail(String why) {
    throw new IllegalStateException(why);
  }
}
