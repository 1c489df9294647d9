package org.volvox.verify.fallacies;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stretch of network as a program on a machine of its own: passes connections on, late, or until
 * it resets them or falls silent. Its argument is a seed. It obeys lines:
 *
 * <pre>
 * open PORT HOST PORT delay MILLIS   each way, and once to and fro before the first byte
 * open PORT HOST PORT resets         after 512 bytes to 256 KiB
 * open PORT HOST PORT silence        once the bytes of the last "arm" have passed, for all of these
 * arm BYTES                          those that fell silent are closed, and so many bytes pass again
 * </pre>
 *
 * and answers each with {@code = done}.
 */
public final class Relay {
  /** From 512 bytes, in the middle of a handshake, to 256 KiB, by powers of two. */
  private static final int FEWEST_BITS = 9;

  private static final int MOST_BITS = 18;

  private final Random random;
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
  private final Set<RelayedConnection> silent = ConcurrentHashMap.newKeySet();

  private Relay(long seed) {
    random = new Random(seed);
  }

  public static void main(String[] arguments) throws IOException {
    Relay relay = new Relay(Long.parseLong(arguments[0]));
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        relay.obey(line.split(" ", -1));
        System.out.println(Talker.ANSWER + "done");
      }
    }
  }

  private void obey(String[] words) throws IOException {
    if (words[0].equals("arm")) {
      silent.forEach(RelayedConnection::close);
      silent.clear();
      left.set(Long.parseLong(words[1]));
      return;
    }
    ServerSocket door = new ServerSocket(Integer.parseInt(words[1]));
    InetSocketAddress to =
        new InetSocketAddress(InetAddress.ofLiteral(words[2]), Integer.parseInt(words[3]));
    Thread.ofPlatform().name("door " + words[1]).start(() -> accept(door, to, words));
  }

  private void accept(ServerSocket door, InetSocketAddress to, String[] words) {
    while (true) {
      try {
        Socket near = door.accept();
        Socket far = new Socket(to.getAddress(), to.getPort());
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        new RelayedConnection(near, far, policy(words)).start();
      } catch (IOException e) {
        System.err.println("no connection to " + to + ": " + e);
      }
    }
  }

  private RelayedConnection.Policy policy(String[] words) {
    return switch (words[4]) {
      case "delay" ->
          new RelayedConnection.Policy.Delay(Duration.ofMillis(Long.parseLong(words[5])));
      case "resets" -> new RelayedConnection.Policy.Resets(new AtomicLong(bytes()));
      case "silence" -> new RelayedConnection.Policy.Silence(left, silent);
      default -> throw new IllegalArgumentException(words[4]);
    };
  }

  private synchronized long bytes() {
    return bytes(random, FEWEST_BITS, MOST_BITS);
  }

  /** As likely between 512 and 1,024 as between 128 and 256 KiB. */
  static long bytes(Random random, int fewestBits, int mostBits) {
    long power = 1L << (fewestBits + random.nextInt(mostBits - fewestBits));
    return power + random.nextLong(power);
  }
}
