package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.EventKind;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.node.event.EventClock;
import org.volvox.node.event.NodeJournal;
import org.volvox.node.folder.ClockFile;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.FolderTree;
import org.volvox.rpc.BlockingConnection;
import org.volvox.rpc.CallHandler;
import org.volvox.rpc.CallListener;
import org.volvox.rpc.ClockSource;
import org.volvox.rpc.ClusterAuthority;
import org.volvox.rpc.InboundCall;
import org.volvox.rpc.LamportClock;
import org.volvox.rpc.LinkPolicy;
import org.volvox.rpc.LocalEnd;
import org.volvox.rpc.NettyTransport;
import org.volvox.rpc.PeerListener;
import org.volvox.rpc.RpcServer;
import org.volvox.rpc.TlsMaterial;

/**
 * What clocks and journals cost: the cheapest call there is, which is answered at once, with and
 * without stamps and with an event written down for each; a durable write, which is the cheapest
 * call that is journalled; and each step alone in nanoseconds.
 */
public final class EventsBench {
  private static final NodeId NODE = new NodeId(1);
  private static final int VALUE_BYTES = 256;
  private static final int STEPS = 2_000_000;
  private static final int RECORDS = 100_000;

  /**
   * Stamps on the way of a durable write, more than there are: each of at most 12 frames (request,
   * the way to the leader and back, appends and answers) is stamped where it leaves and arrives.
   */
  private static final int STAMPS_OF_A_WRITE = 24;

  private final int rounds;
  private final Duration measured;
  private final PrintStream out;
  private final Map<Mode, Series> micros = new EnumMap<>(Mode.class);
  private final Series stamping = new Series();
  private final Series both = new Series();

  /** What a round of calls has switched on. */
  private enum Mode {
    NEITHER,
    STAMPED,
    JOURNALLED
  }

  /** A clock that can be switched off; then a frame carries a stamp that never changes. */
  private static final class Switch implements ClockSource {
    private final ClockSource real;
    private final EventStamp fixed;
    private volatile boolean isOn = true;

    Switch(ClockSource real, Origin origin) {
      this.real = real;
      this.fixed = new EventStamp(new LamportTime(1), new EventId(origin, 1));
    }

    @Override
    public EventStamp onSend() {
      return isOn ? real.onSend() : fixed;
    }

    @Override
    public boolean onReceive(EventStamp received, Sender sender) {
      return !isOn || real.onReceive(received, sender);
    }
  }

  public EventsBench(int rounds, Duration measured, PrintStream out) {
    this.rounds = rounds;
    this.measured = measured;
    this.out = out;
    for (Mode mode : Mode.values()) {
      micros.put(mode, new Series());
    }
  }

  /** Runs all and writes bench/results/events.md under the project's folder. */
  public void run(Path root) throws IOException, InterruptedException {
    Path work = root.resolve("target/bench/events");
    FolderTree.delete(work);
    Files.createDirectories(work.resolve("n1"));
    try {
      NodeJournal journal = journal(work.resolve("n1"));
      calls(work, journal);
      Steps steps = new Steps(journal);
      steps.run();
      journal.close();
      double writeMicros = durableWriteMicros(work);
      String report = report(steps, writeMicros);
      Files.writeString(root.resolve("bench/results/events.md"), report);
      out.print(report);
    } catch (CallException | FolderException e) {
      throw new IOException(e);
    }
  }

  private static NodeJournal journal(Path folder) throws IOException, FolderException {
    ClockFile file = new ClockFile(folder.resolve("clock"));
    file.write(new ClockFile.Reserved(0, 0));
    return NodeJournal.open(new EventClock.Place(NODE, file), folder.resolve("events"));
  }

  private void calls(Path work, NodeJournal journal)
      throws IOException, CallException, InterruptedException {
    ClusterId id = new ClusterId(7);
    ClusterAuthority authority = ClusterAuthority.create(work.resolve("ca"), id);
    authority.issueNode(NODE, work.resolve("tls"));
    Switch ours = new Switch(journal.clock(), new Origin.Node(NODE));
    Origin nobody = new Origin.Client(SessionId.NONE);
    Switch theirs = new Switch(new LamportClock(nobody), nobody);
    Echo echo = new Echo(journal);
    try (NettyTransport transport = NettyTransport.start(1);
        RpcServer server =
            RpcServer.start(
                transport,
                new RpcServer.Config(
                    new LocalEnd(id, Optional.of(NODE), 1, ours),
                    TlsMaterial.load(work.resolve("tls")),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    Optional.of(work.resolve("sock")),
                    List.of(Method.STATUS),
                    echo,
                    new Nobody(),
                    LinkPolicy.disabled()));
        BlockingConnection client =
            BlockingConnection.connectUnix(
                work.resolve("sock"),
                new LocalEnd(id, Optional.empty(), 0, theirs),
                Duration.ofSeconds(5))) {
      out.println("calls to " + server.address() + ", by its Unix socket");
      for (int round = -2; round < rounds; round++) { // Two to warm up.
        Map<Mode, Double> took = new EnumMap<>(Mode.class);
        for (Mode mode : order(round)) {
          ours.isOn = mode != Mode.NEITHER;
          theirs.isOn = mode != Mode.NEITHER;
          echo.isJournalled = mode == Mode.JOURNALLED;
          took.put(mode, microsOfACall(client));
        }
        if (round >= 0) {
          add(took);
        }
      }
    }
  }

  /** Who goes first changes, so that none always has the warmer caches. */
  private static List<Mode> order(int round) {
    List<Mode> modes = new ArrayList<>(List.of(Mode.values()));
    for (int i = Math.floorMod(round, 3); i > 0; i--) {
      modes.add(modes.removeFirst());
    }
    return modes;
  }

  private void add(Map<Mode, Double> took) {
    double without = took.getOrDefault(Mode.NEITHER, 0.0);
    took.forEach((mode, value) -> micros.getOrDefault(mode, new Series()).add(value));
    stamping.add(took.getOrDefault(Mode.STAMPED, 0.0) / without);
    both.add(took.getOrDefault(Mode.JOURNALLED, 0.0) / without);
  }

  private double microsOfACall(BlockingConnection client)
      throws CallException, InterruptedException {
    Bytes request = Bytes.wrap(new byte[64]);
    long begin = System.nanoTime();
    long end = begin + measured.toNanos();
    int count = 0;
    while (System.nanoTime() < end) {
      client.open(Method.STATUS, Duration.ofSeconds(5)).ask(request);
      count++;
    }
    return (System.nanoTime() - begin) / 1000.0 / count;
  }

  private double durableWriteMicros(Path work) throws IOException, InterruptedException {
    try (RaceSystem system = VolvoxSystem.open(work)) {
      List<Load.Operation> one = List.of(system.connect(0, new byte[VALUE_BYTES])::write);
      return Load.run(one, system.servers(), Duration.ofSeconds(2), measured.multipliedBy(rounds))
              .p50Millis()
          * 1000;
    }
  }

  private String report(Steps steps, double writeMicros) {
    double share =
        (STAMPS_OF_A_WRITE * Math.max(steps.sendNanos(), steps.receiveNanos())
                + steps.recordNanos())
            / 1000
            / writeMicros;
    StringBuilder text = new StringBuilder("# What clocks and journals cost\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "`./dev bench events`, %s: %d rounds of %d ms of each, in turn, on a machine of %d CPUs"
                + " that others use too. A call of 64 bytes by Unix socket, answered on the event"
                + " loop at once: the cheapest call there is.\n\n",
            LocalDate.now(ZoneOffset.UTC),
            rounds,
            measured.toMillis(),
            Runtime.getRuntime().availableProcessors()));
    text.append("| what is on | µs a call, median | against neither (range) |\n|---|---:|---:|\n");
    text.append(row("neither", Mode.NEITHER, Optional.empty()));
    text.append(row("every frame stamped", Mode.STAMPED, Optional.of(stamping)));
    text.append(row("and an event journalled for each call", Mode.JOURNALLED, Optional.of(both)));
    text.append(steps.table());
    text.append(
        String.format(
            Locale.ROOT,
            "%nThe calls that are journalled are commands. One durable write of %d bytes on three"
                + " nodes took %.0f µs (median, one client, same run); %d stamps of the dearer"
                + " kind and one event are %.2f %% of it.%n",
            VALUE_BYTES,
            writeMicros,
            STAMPS_OF_A_WRITE,
            100 * share));
    return text.toString();
  }

  private String row(String what, Mode mode, Optional<Series> ratio) {
    String against =
        ratio
            .map(of ->
                String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", of.median(), of.min(), of.max()))
            .orElse("1");
    double median = micros.getOrDefault(mode, new Series()).median();
    return String.format(Locale.ROOT, "| %s | %.2f | %s |%n", what, median, against);
  }

  /** Each step alone, on one thread. */
  private static final class Steps {
    private final NodeJournal journal;
    private final Map<String, Double> nanos = new LinkedHashMap<>();

    Steps(NodeJournal journal) {
      this.journal = journal;
    }

    void run() {
      EventClock clock = journal.clock();
      for (int round = 0; round < 3; round++) { // The last one counts.
        nanos.put("stamp a send", nanosOf(STEPS, i -> clock.onSend()));
        EventId from = new EventId(new Origin.Node(new NodeId(2)), 0);
        ClockSource.Sender peer = new ClockSource.Sender.Node(new NodeId(2));
        long before = (long) round * STEPS;
        nanos.put(
            "stamp a receive from a node, and remember it",
            nanosOf(
                STEPS,
                i ->
                    clock.onReceive(
                        new EventStamp(
                            new LamportTime(before + i),
                            new EventId(from.origin(), before + i + 1)),
                        peer)));
        nanos.put(
            "record an event in the journal's file",
            nanosOf(
                RECORDS,
                i ->
                    journal.record(
                        EventKind.FILE_CHANGED, "wrote /bench/file, 256 bytes", Optional.empty())));
      }
    }

    private interface Step {
      Object run(long i);
    }

    private static double nanosOf(int count, Step step) {
      long begin = System.nanoTime();
      for (int i = 0; i < count; i++) {
        Object done = step.run(i);
        if (Boolean.FALSE.equals(done)) {
          throw new IllegalStateException("a clock refused step " + i);
        }
      }
      return (System.nanoTime() - begin) / (double) count;
    }

    double sendNanos() {
      return nanos.getOrDefault("stamp a send", 0.0);
    }

    double receiveNanos() {
      return nanos.getOrDefault("stamp a receive from a node, and remember it", 0.0);
    }

    double recordNanos() {
      return nanos.getOrDefault("record an event in the journal's file", 0.0);
    }

    String table() {
      StringBuilder text = new StringBuilder("\n| one step alone | ns |\n|---|---:|\n");
      nanos.forEach(
          (what, value) -> text.append(String.format(Locale.ROOT, "| %s | %.0f |%n", what, value)));
      return text.toString();
    }
  }

  /** Answers each call with what it brought, as a node answers a command. */
  private static final class Echo implements CallHandler {
    private final NodeJournal journal;
    private volatile boolean isJournalled;

    Echo(NodeJournal journal) {
      this.journal = journal;
    }

    @Override
    public void onCall(InboundCall call) {
      call.listen(
          new CallListener() {
            @Override
            public void onMessage(Bytes message) {
              if (isJournalled) {
                var _ =
                    journal.record(
                        EventKind.FILE_CHANGED, "wrote /bench/file, 256 bytes", call.openedBy());
              }
              boolean ignored = call.trySend(message);
              call.complete();
            }

            @Override
            public void onEnd(Optional<CallException> failure) {}
          });
    }
  }

  /** The bench has no peers. */
  private static final class Nobody implements PeerListener {
    @Override
    public void onMessage(NodeId from, Bytes message) {}

    @Override
    public void onPeerGone(NodeId peer, String why) {}
  }
}
