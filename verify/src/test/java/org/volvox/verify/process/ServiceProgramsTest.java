package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.client.Volvox;

/**
 * Services of programs that see nothing of Volvox but the client library, and the commands `call`
 * and `services` that know nothing of the programs.
 */
@Timeout(120)
class ServiceProgramsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Path EXAMPLES =
      Path.of(System.getProperty("volvox.root", ".."), "examples/src/main/java");
  private static final Pattern CLOCKS =
      Pattern.compile("(?s)packs .* (\\d+)\n.*unpacks .* (\\d+)\n.*packs .* (\\d+) -> (\\d+)\n");

  @TempDir static Path temp;
  private static LocalCluster cluster;
  private final List<Process> started = new ArrayList<>();

  @BeforeAll
  static void up() throws IOException {
    cluster = new LocalCluster(temp.resolve("c"));
  }

  @AfterAll
  static void down() {
    cluster.close();
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  private Process serve(ClientPrograms programs, String text, String... words) throws IOException {
    Path output = Files.createTempFile(temp, "serves", ".out");
    Process process = programs.serve(cluster.folder(), output, text, words);
    started.add(process);
    return process;
  }

  private static String run(ClientPrograms programs, String... words) {
    String[] arguments = Arrays.copyOfRange(words, 1, words.length);
    return Programs.run(LIMIT, programs.line(cluster.folder(), words[0], arguments))
        .expectOk(words[0])
        .text();
  }

  private static String command(String... words) {
    return cluster.command(words).expectOk(String.join(" ", words)).text();
  }

  @Test
  void theExamplesServeAndTheShellCallsThem() throws IOException, InterruptedException {
    ClientPrograms examples = ClientPrograms.compile(EXAMPLES, temp.resolve("examples"));
    String calculator = "org.volvox.examples.calculator.Calculator";
    Path watched = watch();
    Process serving = serve(examples, "CalcService is bound", calculator + "Server");
    assertThat(run(examples, calculator + "Client")).isEqualTo("15\n");
    assertThat(command("call", "CalcService", "add", "5", "10")).isEqualTo("15\n");
    assertThat(command("services"))
        .containsPattern("CalcService +[0-9a-f]{8} +" + calculator + " +pid \\d+ on \\S+ +healthy");
    assertThat(command("services", "describe", "CalcService"))
        .isEqualTo("interface " + calculator + "\n  int add(int a, int b) // idempotent, brief\n");
    fiveSteps(command("call", "--trace", "CalcService", "add", "--args", "[7, -9]"));
    exitCodesSayWhatWentWrong();
    diesAndIsGone(serving);
    toldOfBoth(watched);
    serve(examples, "Arith is bound", "org.volvox.examples.arith.ArithServer");
    assertThat(run(examples, "org.volvox.examples.arith.ArithClient")).isEqualTo("56\n");
    assertThat(command("call", "Arith", "Multiply", "7", "8")).isEqualTo("56\n");
    divides();
  }

  /** By the shell, by an interface of this test, and by Go's own client if Go is there. */
  private static void divides() throws IOException, InterruptedException {
    assertThat(command("call", "Arith", "Divide", "17", "5")).isEqualTo("{\"quo\":3,\"rem\":2}\n");
    Outcome zero = cluster.command("call", "Arith", "Divide", "1", "0");
    assertThat(zero.code()).as(zero.text()).isEqualTo(1);
    assertThat(zero.text())
        .startsWith("volvox: Arith.Divide threw java.lang.ArithmeticException: / by zero\n");
    try (Volvox volvox = Volvox.connect(cluster.folder())) {
      Divides arith = volvox.services().lookup("Arith", Divides.class);
      assertThat(arith.Divide(-17, 5)).isEqualTo(new Quotient(-3, -2));
      assertThatThrownBy(() -> arith.Divide(1, 0))
          .isExactlyInstanceOf(ArithmeticException.class)
          .hasMessage("/ by zero");
    }
    if (Programs.isThere("go")) {
      assertThat(GoExample.run(cluster.folder(), temp, "17", "5"))
          .isEqualTo(new Outcome(0, "Arith: 17*5=85\nArith: 17/5=3 remainder 2\n"));
      assertThat(GoExample.run(cluster.folder(), temp, "1", "0").text())
          .contains("Arith: 1/0: java.lang.ArithmeticException: / by zero");
    }
  }

  /** A part of the example's interface, as another program may have it. */
  public interface Divides extends Remote {
    Quotient Divide(int a, int b) throws RemoteException;
  }

  /** What the example gives. */
  public record Quotient(int quo, int rem) {}

  private static void fiveSteps(String printed) {
    assertThat(printed).startsWith("-2\n");
    assertThat(printed.lines().skip(2))
        .hasSize(5)
        .allMatch(line -> line.contains(" µs"))
        .anyMatch(line -> line.contains("client stub packs 2 bytes"))
        .anyMatch(line -> line.contains("execution on pid "));
    Matcher clocks = CLOCKS.matcher(printed);
    assertThat(clocks.find()).as(printed).isTrue();
    assertThat(LongStream.rangeClosed(1, 4).map(at -> Long.parseLong(clocks.group((int) at))))
        .isSorted()
        .doesNotHaveDuplicates();
  }

  private static void exitCodesSayWhatWentWrong() {
    Outcome noMethod = cluster.command("call", "CalcService", "ad", "5", "10");
    assertThat(noMethod.code()).as(noMethod.text()).isEqualTo(2);
    assertThat(noMethod.text()).contains("did you mean \"add\"?");
    Outcome unfit = cluster.command("call", "CalcService", "add", "5", "x");
    assertThat(unfit.code()).as(unfit.text()).isEqualTo(2);
    assertThat(unfit.text()).contains("wants int").contains("It did not run.");
    Outcome noName = cluster.command("call", "Nobody", "add", "5", "10");
    assertThat(noName.code()).as(noName.text()).isEqualTo(3);
    assertThat(noName.text()).contains("Nobody: no instance is bound").contains("did not run");
  }

  private Path watch() throws IOException {
    Path output = Files.createTempFile(temp, "watch", ".out");
    String folder = cluster.folder().toString();
    started.add(
        Programs.start(Programs.volvox("services", "Calc", "--watch", "--dir", folder), output));
    return output;
  }

  private static void toldOfBoth(Path watched) {
    Waits.until(
        LIMIT,
        () -> ClientPrograms.read(watched).contains("gone "),
        () -> ClientPrograms.read(watched));
    assertThat(ClientPrograms.read(watched).lines().map(line -> line.substring(0, 21)))
        .containsExactly("bound    CalcService ", "gone     CalcService ");
  }

  private static void diesAndIsGone(Process serving) throws InterruptedException {
    long pid = serving.descendants().findFirst().orElse(serving.toHandle()).pid();
    assertThat(command("services")).contains("pid " + pid + " on ");
    serving.destroyForcibly().waitFor(); // SIGKILL
    Waits.until(
        Duration.ofSeconds(10),
        () -> !command("services").contains("CalcService"),
        () -> command("services"));
  }

  @Test
  void anInterfaceThatNobodyKnewIsCompiledBoundAndCalled() throws IOException {
    byte[] random = new byte[6];
    ThreadLocalRandom.current().nextBytes(random);
    String name = "S" + HexFormat.of().formatHex(random);
    Path sources = Files.createDirectory(temp.resolve("sources"));
    String source = STRANGER.replace("NAME", name);
    Files.writeString(sources.resolve("Main" + name + ".java"), source);
    ClientPrograms programs = ClientPrograms.compile(sources, temp.resolve("stranger"));
    serve(programs, "bound", "Main" + name, "serve");
    assertThat(run(programs, "Main" + name))
        .isEqualTo("Point[x=4, y=6] [3, 2, 1] 10 IllegalStateException: no\n");
    assertThat(command("services", "describe", "deep/" + name))
        .contains("interface " + name + "\n")
        .contains("  Point move(Point from, int by)\n")
        .contains("  Stream<Long> down(long from)\n")
        .contains("record Point(int x, int y)\n");
    String deep = "deep/" + name;
    assertThat(command("call", deep, "move", "{\"x\":1,\"y\":2}", "3"))
        .isEqualTo("{\"x\":4,\"y\":5}\n");
    assertThat(command("call", deep, "greet", "Ada")).isEqualTo("\"hello Ada\"\n");
    assertThat(command("call", deep, "down", "3")).isEqualTo("3\n2\n1\n");
    assertThat(command("call", deep, "nothing")).isEmpty();
    Path items = Files.writeString(temp.resolve("items"), "5\n\n6\n7\n");
    assertThat(withInput(items, "call", deep, "sum").expectOk("sum").text()).isEqualTo("18\n");
    Outcome threw = cluster.command("call", deep, "fail", "no", "--debug");
    assertThat(threw.code()).as(threw.text()).isEqualTo(1);
    assertThat(threw.text())
        .startsWith("volvox: " + deep + ".fail threw java.lang.IllegalStateException: no\n")
        .contains("Main" + name + "$Served.fail");
  }

  private static Outcome withInput(Path input, String... words) {
    List<String> line = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" <" + input, "sh"));
    line.addAll(Programs.volvox(words));
    line.addAll(List.of("--dir", cluster.folder().toString()));
    return Programs.run(LIMIT, line);
  }

  private static final String STRANGER =
      """
      import java.util.ArrayList;
      import java.util.Iterator;
      import java.util.List;
      import java.util.concurrent.CountDownLatch;
      import java.util.stream.LongStream;
      import org.volvox.client.ClusterAddress;
      import org.volvox.client.Volvox;

      record Point(int x, int y) {}

      interface NAME {
        Point move(Point from, int by);
        String greet(String name);
        Iterator<Long> down(long from);
        long sum(Iterator<Long> items);
        void nothing();
        void fail(String why);
      }

      public class MainNAME {
        static class Served implements NAME {
          public Point move(Point from, int by) { return new Point(from.x() + by, from.y() + by); }
          public String greet(String name) { return "hello " + name; }
          public Iterator<Long> down(long from) {
            return LongStream.range(0, from).map(i -> from - i).iterator();
          }
          public long sum(Iterator<Long> items) {
            long sum = 0;
            while (items.hasNext()) sum += items.next();
            return sum;
          }
          public void nothing() {}
          public void fail(String why) { throw new IllegalStateException(why); }
        }

        public static void main(String[] args) throws Exception {
          Volvox volvox = Volvox.connect(ClusterAddress.usualFolder(System.getenv()));
          if (args.length > 0) {
            volvox.services().bind("deep/NAME", NAME.class, new Served());
            System.out.println("bound");
            new CountDownLatch(1).await();
          }
          NAME service = volvox.services().lookup("deep/NAME", NAME.class);
          List<Long> down = new ArrayList<>();
          service.down(3).forEachRemaining(down::add);
          String failed = "";
          try {
            service.fail("no");
          } catch (IllegalStateException e) {
            failed = e.getClass().getSimpleName() + ": " + e.getMessage();
          }
          System.out.println(
              service.move(new Point(1, 3), 3) + " " + down + " "
                  + service.sum(List.of(1L, 2L, 3L, 4L).iterator()) + " " + failed);
          volvox.close();
        }
      }
      """;
}
