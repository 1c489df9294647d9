package org.volvox.verify.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.fory.Fory;
import org.apache.fory.ThreadSafeFory;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.rpc.marshal.InterfaceCodec;
import org.volvox.rpc.marshal.MethodCodec;

/**
 * Arguments of calls to bytes and back: in the host's schema, and by Apache Fory with its classes
 * registered, in the mode that reads what an older or newer class wrote and in the one that does
 * not. All take turns in one JVM, so that what disturbs the machine disturbs all of them.
 */
public final class MarshalBench {
  private static final int BATCH = 2_000;
  private static final int KILOBYTES_4 = 4_096;
  private static final int NODES = 50;

  /** A leaf of the tree has none below it. */
  public record Node(int id, String name, double weight, List<Node> children) {}

  /** What {@code small} takes, as one record, for who sends records. */
  public record Small(int a, int b, String text) {}

  /** The service whose calls are measured. */
  public interface Service {
    void small(int a, int b, String text);

    void block(byte[] bytes);

    void tree(Node root);
  }

  /** One way to have a value as bytes and back. */
  private interface Side {
    int roundTrip() throws MalformedException;
  }

  private record Case(String name, Map<String, Side> sides) {}

  private static final class Figures {
    private final Series nanos = new Series();
    private int wireBytes;
    private double allocated;
  }

  private final int rounds;
  private final long nanosOfARound;
  private final PrintStream out;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  public MarshalBench(int rounds, long millis, PrintStream out) {
    this.rounds = rounds;
    this.nanosOfARound = millis * 1_000_000;
    this.out = out;
  }

  /** Runs all and writes bench/results/marshal.md under the project's folder. */
  public void run(Path root) throws IOException {
    long start = threads.getCurrentThreadCpuTime();
    InterfaceCodec.host(Service.class);
    long codecMicros = (threads.getCurrentThreadCpuTime() - start) / 1_000;
    StringBuilder table = new StringBuilder();
    try {
      for (Case each : cases()) {
        table.append(measured(each));
      }
    } catch (MalformedException e) {
      throw new IOException(e);
    }
    String report = report(table.toString(), codecMicros);
    Files.writeString(root.resolve("bench/results/marshal.md"), report);
    out.print(report);
  }

  private static List<Case> cases() {
    Small small = new Small(5, -1_000_000, "a short text of 20 c");
    byte[] bytes = new byte[KILOBYTES_4];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    Node tree = tree(new int[] {0}, 3);
    return List.of(
        new Case(
            "two ints and a text of 20",
            sides("small", new Object[] {small.a, small.b, small.text}, small)),
        new Case("4 KiB as byte[]", sides("block", new Object[] {bytes}, bytes)),
        new Case("a tree of " + NODES + " records", sides("tree", new Object[] {tree}, tree)));
  }

  private static Node tree(int[] made, int depth) {
    int id = made[0]++;
    List<Node> children = new ArrayList<>();
    int wanted = depth == 0 ? 0 : 4;
    for (int i = 0; i < wanted && made[0] < NODES; i++) {
      children.add(tree(made, depth - 1));
    }
    return new Node(id, "node " + id, id * 0.5, children);
  }

  private static Map<String, Side> sides(String name, Object[] arguments, Object record) {
    Map<String, Side> sides = new LinkedHashMap<>();
    MethodCodec host = codec(InterfaceCodec.host(Service.class), name);
    MethodCodec caller =
        codec(
            InterfaceCodec.caller(Service.class, InterfaceCodec.host(Service.class).schema()),
            name);
    sides.put(
        "the host's schema",
        () -> {
          Bytes sent = caller.encodeArguments(arguments);
          return host.decodeArguments(sent).length == arguments.length ? sent.length() : 0;
        });
    sides.put("Fory, compatible", fory(fory(true), record));
    sides.put("Fory, same classes", fory(fory(false), record));
    return sides;
  }

  private static MethodCodec codec(InterfaceCodec codec, String name) {
    Method method =
        Stream.of(Service.class.getMethods())
            .filter(each -> each.getName().equals(name))
            .findFirst()
            .orElseThrow();
    return Objects.requireNonNull(codec.of(method));
  }

  private static ThreadSafeFory fory(boolean isCompatible) {
    ThreadSafeFory fory =
        Fory.builder()
            .withXlang(false)
            .requireClassRegistration(true)
            .withCompatible(isCompatible)
            .buildThreadSafeFory();
    fory.register(Small.class);
    fory.register(Node.class);
    return fory;
  }

  private static Side fory(ThreadSafeFory fory, Object record) {
    if (!Objects.deepEquals(record, fory.deserialize(fory.serialize(record)))) {
      throw new IllegalStateException("Fory gave another " + record);
    }
    return () -> {
      byte[] sent = fory.serialize(record);
      return fory.deserialize(sent) == null ? 0 : sent.length;
    };
  }

  private String measured(Case measured) throws MalformedException {
    Map<String, Figures> all = new LinkedHashMap<>();
    for (String each : measured.sides.keySet()) {
      all.put(each, new Figures());
    }
    // The first rounds are for the compilers.
    for (int round = -rounds / 3; round < rounds; round++) {
      for (Map.Entry<String, Side> each : measured.sides.entrySet()) {
        Figures figures = Objects.requireNonNull(all.get(each.getKey()));
        double nanos = round(each.getValue(), figures);
        if (round >= 0) {
          figures.nanos.add(nanos);
        }
      }
    }
    StringBuilder lines = new StringBuilder();
    double own = Objects.requireNonNull(all.get("the host's schema")).nanos.median();
    all.forEach((name, figures) ->
        lines.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %.0f | %.0f | %.2f | %d | %.0f |%n",
                measured.name,
                name,
                figures.nanos.median(),
                figures.nanos.min(),
                figures.nanos.median() / own,
                figures.wireBytes,
                figures.allocated)));
    return lines.toString();
  }

  private double round(Side side, Figures figures) throws MalformedException {
    long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
    long start = threads.getCurrentThreadCpuTime();
    long done = 0;
    while (threads.getCurrentThreadCpuTime() - start < nanosOfARound) {
      for (int i = 0; i < BATCH; i++) {
        figures.wireBytes = side.roundTrip();
      }
      done += BATCH;
    }
    double nanos = (double) (threads.getCurrentThreadCpuTime() - start) / done;
    figures.allocated =
        (double) (threads.getCurrentThreadAllocatedBytes() - allocatedBefore) / done;
    return nanos;
  }

  private String report(String table, long codecMicros) {
    return """
    # Arguments to bytes and back

    `./dev bench marshal`, %s: %d rounds of %d ms of each side, in turn, in one JVM on a machine of %d CPUs that
    others use too; the medians, and the quickest round. One thread; encode at the caller and decode at the host.
    Fory 1.6.0 with classes registered and its generated serializers, through its thread-safe front; it sends one
    record where a call has several arguments.

    | what | by | ns, median | ns, least | against ours | bytes on the wire | bytes allocated |
    |---|---|---:|---:|---:|---:|---:|
    %s
    The first codec of an interface in a JVM took %.1f ms of its thread to make (three methods, one record).
    """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            rounds,
            nanosOfARound / 1_000_000,
            Runtime.getRuntime().availableProcessors(),
            table,
            codecMicros / 1e3);
  }
}
