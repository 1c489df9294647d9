package org.volvox.verify.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Status;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.verify.process.Waits;

/**
 * All clients of a chaos run, as one process on the network's client machine, so that one clock
 * orders what they ask and get. It obeys lines on standard input and tells lines on its output:
 *
 * <pre>
 * in   start              the clients begin; "ready" when the cluster serves
 *      finish             the clients end what they are at
 *      check              all that was acknowledged is read through every node
 * out  second ...         what happened in the last second, as {@link LoadStats.Second}
 *      nodes L U N M      leader (0: none), nodes that are up and that belong to the cluster, blocks
 *                         that are missing anywhere
 *      violation TEXT     what must never be
 *      totals TEXT        how much was done; after "check"
 * </pre>
 */
public final class ChaosLoad {
  private static final Duration REQUEST_MAX = Duration.ofSeconds(10);
  private static final Duration STATUS_MAX = Duration.ofMillis(900);
  private static final Duration CHECK_MAX = Duration.ofSeconds(60);
  private static final int SECOND_MILLIS = 1000;

  private final ClusterAddress address;
  private final PrintStream out;
  private final LoadStats stats = new LoadStats();
  private final RegisterClients registers = new RegisterClients(stats);
  private final OnceClients once = new OnceClients(stats);
  private final FileClients files;
  private final RunClients runs = new RunClients(stats);
  private final KeyLoad keys = new KeyLoad(stats);
  private final List<Thread> clients = new ArrayList<>();
  private final List<Volvox> connections = new ArrayList<>();
  private final Random random;
  private volatile boolean isOver;

  private ChaosLoad(Path cluster, Path work, long seed, PrintStream out) throws IOException {
    address = ClusterAddress.ofFolder(cluster);
    files = new FileClients(stats, work);
    random = new Random(seed);
    this.out = out;
  }

  /** Paces a client: one step each so many milliseconds, and none once the run is over. */
  final class Pulse {
    private final long everyNanos;
    private long next = System.nanoTime();

    private Pulse(int everyMillis) {
      everyNanos = Duration.ofMillis(everyMillis).toNanos();
    }

    boolean next() {
      await();
      return !isOver;
    }

    /** Whether the run is not over, without a wait. */
    boolean isGoingOn() {
      return !isOver;
    }

    /** Until the next step is due, also when the clients have ended. */
    private void await() {
      next = Math.max(next + everyNanos, System.nanoTime());
      while (next - System.nanoTime() > 0) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
    }
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    ChaosLoad load =
        new ChaosLoad(
            Path.of(arguments[0]), Path.of(arguments[1]), Long.parseLong(arguments[2]), System.out);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      load.obey(line.strip().split(" ", -1));
    }
    System.exit(0);
  }

  private void obey(String[] words) throws InterruptedException {
    switch (words[0]) {
      case "start" -> start();
      case "finish" -> finish();
      case "check" -> check();
      default -> throw new IllegalArgumentException(String.join(" ", words));
    }
  }

  private void start() throws InterruptedException {
    try (Volvox volvox = Volvox.connect(address, anywhere())) {
      Waits.until(CHECK_MAX, () -> hasFolder(volvox), () -> "the cluster does not serve");
      Waits.until(CHECK_MAX, () -> KeyLoad.hasSpaces(volvox), () -> "there are no key spaces");
    }
    for (NodeId node : address.nodes().stream().map(ClusterAddress.Node::id).toList()) {
      client(at(node), (volvox, dice) -> registers.run(volvox, dice, new Pulse(40)));
      client(at(node), (volvox, dice) -> registers.run(volvox, dice, new Pulse(40)));
      client(at(node), (volvox, _) -> once.run(volvox, new Pulse(200)));
      startKeys(node);
    }
    client(anywhere(), (volvox, dice) -> registers.run(volvox, dice, new Pulse(40)));
    client(anywhere(), (volvox, dice) -> keys.use(volvox, dice, new Pulse(80)));
    List<Volvox> readers = readers(REQUEST_MAX);
    for (int number = 1; number <= 2; number++) {
      int own = number;
      client(anywhere(), (volvox, dice) -> files.run(own, volvox, readers, dice, new Pulse(800)));
    }
    client(anywhere(), (volvox, dice) -> runs.run(volvox, dice, new Pulse(500)));
    tell("ready");
    service(this::tellSeconds, "seconds");
    service(this::tellNodes, "nodes");
  }

  private void startKeys(NodeId node) {
    client(at(node), (volvox, dice) -> keys.use(volvox, dice, new Pulse(80)));
    client(at(node), (volvox, dice) -> keys.lock(volvox, dice, new Pulse(100)));
    client(at(node), (volvox, dice) -> keys.merge(volvox, dice, new Pulse(80)));
    client(
        at(node),
        (volvox, dice) -> keys.watch("at " + node, volvox, dice, new Pulse(SECOND_MILLIS)));
  }

  private static boolean hasFolder(Volvox volvox) {
    try {
      volvox.files().mkdir("/chaos", false);
      return true;
    } catch (VolvoxException e) {
      return e.is(Status.EXISTS); // Its nodes may only just be starting.
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted before the start", e);
    }
  }

  /** What one client does for its life. */
  private interface Body {
    void run(Volvox volvox, Random dice) throws InterruptedException;
  }

  private void client(ClientOptions options, Body body) {
    Volvox volvox = connect(options);
    Random dice = new Random(random.nextLong());
    clients.add(
        Thread.ofPlatform()
            .name("client-" + clients.size())
            .start(() -> {
              try {
                body.run(volvox, dice);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                stats.violation("a client breaks: " + e);
              }
            }));
  }

  private Volvox connect(ClientOptions options) {
    Volvox volvox = Volvox.connect(address, options);
    connections.add(volvox);
    return volvox;
  }

  private static ClientOptions at(NodeId node) {
    return anywhere().through(node);
  }

  private static ClientOptions anywhere() {
    return ClientOptions.DEFAULT.within(REQUEST_MAX);
  }

  private List<Volvox> readers(Duration patience) {
    List<Volvox> readers = new ArrayList<>();
    for (ClusterAddress.Node node : address.nodes()) {
      readers.add(connect(at(node.id()).within(patience)));
    }
    return readers;
  }

  private static void service(Runnable body, String name) {
    Thread.ofPlatform().daemon().name(name).start(body);
  }

  private void tellSeconds() {
    Pulse pulse = new Pulse(SECOND_MILLIS);
    while (pulse.next()) {
      registers.judge(false);
      keys.judge(false);
      tellViolations();
      tell(stats.takeSecond().line());
    }
  }

  /** Also when the clients have ended: healing is watched. */
  private void tellNodes() {
    Pulse pulse = new Pulse(SECOND_MILLIS);
    try (Volvox volvox = Volvox.connect(address, ClientOptions.DEFAULT.within(STATUS_MAX))) {
      while (true) {
        tell(nodes(volvox));
        pulse.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String nodes(Volvox volvox) throws InterruptedException {
    try {
      List<NodeStatus> nodes = volvox.cluster().nodes();
      int leader =
          nodes.stream()
              .filter(node -> node.isUp() && node.role() == NodeStatus.Role.LEADER)
              .mapToInt(node -> node.node().value())
              .findFirst()
              .orElse(0);
      long up = nodes.stream().filter(NodeStatus::isUp).count();
      long missing = nodes.stream().mapToLong(NodeStatus::blocksMissing).sum();
      return "nodes " + leader + " " + up + " " + nodes.size() + " " + missing;
    } catch (VolvoxException e) {
      return "nodes 0 0 0 0";
    }
  }

  private void finish() throws InterruptedException {
    isOver = true;
    for (Thread client : clients) client.join();
    registers.judge(true);
    keys.judge(true);
    tellViolations();
    tell("finished");
  }

  private void check() throws InterruptedException {
    List<Volvox> readers = readers(CHECK_MAX);
    files.checkAll(readers);
    keys.check(readers);
    tellViolations();
    tell("totals " + stats.totals());
    connections.forEach(Volvox::close);
  }

  private void tellViolations() {
    stats.takeViolations().forEach(what -> tell("violation " + what.replace('\n', ' ')));
  }

  private synchronized void tell(String line) {
    out.println(line);
    out.flush();
  }
}
