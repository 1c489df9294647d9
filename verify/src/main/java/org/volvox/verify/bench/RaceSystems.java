package org.volvox.verify.bench;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.volvox.verify.process.Waits;

/** The systems that take part, all running at once; closing ends them all. */
final class RaceSystems implements AutoCloseable {
  /** In the order in which tables show them. */
  static final List<String> ALL =
      List.of(
          VolvoxSystem.NAME,
          VolvoxSystem.ON_RATIS,
          EtcdSystem.NAME,
          ZooKeeperSystem.NAME,
          RatisSystem.NAME,
          JRaftSystem.NAME,
          EchoSystem.NAME);

  private final List<RaceSystem> running = new ArrayList<>();

  /**
   * @param work where they keep their data
   * @param peers where what is fetched of them is kept
   */
  RaceSystems(List<String> names, Path work, Path peers) throws IOException {
    try {
      for (String name : names) running.add(open(name, work, peers));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static RaceSystem open(String name, Path work, Path peers) throws IOException {
    Path folder = work.resolve(name);
    return switch (name) {
      case VolvoxSystem.NAME -> VolvoxSystem.open(folder);
      case VolvoxSystem.ON_RATIS -> VolvoxSystem.onRatis(folder);
      case EtcdSystem.NAME -> new EtcdSystem(folder, peers);
      case ZooKeeperSystem.NAME -> new ZooKeeperSystem(folder);
      case RatisSystem.NAME -> new RatisSystem(folder);
      case JRaftSystem.NAME -> new JRaftSystem(folder);
      case EchoSystem.NAME -> new EchoSystem(folder);
      default ->
          throw new IllegalArgumentException(
              "no system " + name + "; there are " + String.join(", ", ALL));
    };
  }

  List<RaceSystem> running() {
    return List.copyOf(running);
  }

  /** Returns when the system answers; one that does not in time is ended. */
  static void ready(RaceSystem system, Duration limit, Callable<Boolean> probe) {
    AtomicReference<String> last = new AtomicReference<>("no answer");
    try {
      Waits.until(
          limit,
          () -> answers(probe, last),
          () -> system.name() + " does not serve: " + last.get());
    } catch (IllegalStateException e) {
      system.close();
      throw e;
    }
  }

  /** Throws unless a process listens there; a client that came too early would say so loudly. */
  static void requireListening(String address) throws IOException {
    int colon = address.indexOf(':');
    new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))).close();
  }

  /** What a client throws while its servers start is of many kinds; the last is told. */
  private static boolean answers(Callable<Boolean> probe, AtomicReference<String> last) {
    try {
      return probe.call();
    } catch (Exception e) {
      if (e instanceof InterruptedException) Thread.currentThread().interrupt();
      last.set(e.toString());
      return false;
    }
  }

  @Override
  public void close() {
    for (RaceSystem system : running.reversed()) system.close();
    running.clear();
  }
}
