package org.volvox.verify.fallacies;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.volvox.verify.process.NamespaceCluster;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Waits;
import org.volvox.verify.soak.DigestStream;

/** The client machine of one fault, on which rows are made one after the other. */
final class Place {
  /**
   * Behind its deadline a command has so long to say so and to end: the start of a JVM, and two
   * seconds. What its threads wait for a processor does not count.
   */
  private static final Duration MARGIN = Duration.ofMillis(3500);

  private static final Duration LOOK = Duration.ofMillis(100);

  /** Behind the deadline of a call; its program runs already. */
  private static final Duration CALL_MARGIN = Duration.ofSeconds(1);

  /** What is later than this behind its time is killed. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration SOUND = Duration.ofSeconds(60);

  private final Fault fault;
  private final NamespaceCluster cluster;
  private final Path work;
  private final Talker witness;
  private final Talker caller;
  private final Starvation callers;
  private final Verdicts verdicts;
  private final Random random;
  private int number;

  Place(Fault fault, NamespaceCluster cluster, Path work, Talker witness, long seed)
      throws IOException {
    this.fault = fault;
    this.cluster = cluster;
    this.work = Files.createDirectory(work.resolve(fault.word()));
    this.witness = witness;
    this.verdicts = new Verdicts(fault);
    this.random = new Random(seed + fault.machine());
    List<String> line =
        Programs.java(
            Caller.class.getName(),
            cluster.folder().toString(),
            Long.toString(fault.timeout().toMillis()));
    line.add(line.indexOf("-cp"), "-Xmx64m");
    this.caller =
        new Talker(
            "caller " + fault.word(),
            cluster.asClientOn(fault.machine(), line),
            this.work.resolve("caller.out"));
    this.callers = new Starvation(caller.pid());
    sound("mkdir", "/" + fault.word());
  }

  Fault fault() {
    return fault;
  }

  Verdicts verdicts() {
    return verdicts;
  }

  /** Where this machine can write. */
  Path folder() {
    return work;
  }

  /** A backup of the cluster, made by a machine with a sound network. */
  Path backup() throws IOException {
    Path file = local();
    cluster.client(work, "backup", file.toString()).expectOk("backup");
    return file;
  }

  /** A name that no other row has. */
  String name() {
    return fault.word() + "-" + ++number;
  }

  /** A path of the cluster that no other row has. */
  String path() {
    return "/" + fault.word() + "/" + name();
  }

  /** A path of this machine that no other row has. */
  Path local() {
    return work.resolve(name());
  }

  /** A local file of random letters. */
  Path file(int bytes) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) text.append(Integer.toString(random.nextInt(1 << 30), 36));
    text.setLength(bytes);
    return Files.writeString(local(), text);
  }

  /** The digest of a local file, or that there is none. */
  static String digest(Path file) {
    try {
      return Files.exists(file) ? DigestStream.hexOf(Files.readAllBytes(file)) : Witness.ABSENT;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the witness answers, who has a sound network. */
  String witness(String... words) {
    return witness.ask(SOUND, words);
  }

  /** The same; a failure if it could not. */
  String sound(String... words) {
    String answer = witness(words);
    if (answer.startsWith("failed ")) {
      throw new IllegalStateException(String.join(" ", words) + ": " + answer);
    }
    return answer;
  }

  /** 1 if the witness answers this, 0 if it answers that there is nothing, else 2. */
  int seen(String right, String... words) {
    String answer = sound(words);
    return answer.equals(right) ? 1 : answer.equals(Witness.ABSENT) ? 0 : 2;
  }

  /** Waits until the witness answers this. */
  void untilWitness(String right, String... words) {
    Waits.until(
        SOUND,
        () -> witness(words).equals(right),
        () -> String.join(" ", words) + ": " + witness(words) + ", not " + right);
  }

  /** Runs the command to its end. */
  Ran volvox(String... words) throws IOException {
    return volvox(new File("/dev/null"), words);
  }

  Ran volvox(File input, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(words));
    int at = all.contains("--") ? all.indexOf("--") : all.size();
    all.addAll(at, List.of("--dir", cluster.folder().toString()));
    all.addAll(at, List.of("--timeout", fault.timeout().toMillis() + "ms"));
    return run(input, fault.timeout(), false, all);
  }

  /** Runs one that goes on until it is told to end: it is, once it has written a line. */
  Ran first(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--dir", cluster.folder().toString()));
    all.addAll(List.of("--timeout", fault.timeout().toMillis() + "ms"));
    return run(new File("/dev/null"), fault.timeout(), true, all);
  }

  /** Runs the command with these words and no others. */
  Ran plain(Duration timeout, List<String> words) throws IOException {
    return run(new File("/dev/null"), timeout, false, words);
  }

  private Ran run(File input, Duration timeout, boolean isEndless, List<String> words)
      throws IOException {
    Path out = Files.createTempFile(work, "run", ".out");
    Path err = Files.createTempFile(work, "run", ".err");
    List<String> line = Programs.volvox(words.toArray(String[]::new));
    Duration limit = timeout.plus(MARGIN).plus(PATIENCE);
    long begun = System.nanoTime();
    Process process =
        new ProcessBuilder(cluster.asClientOn(fault.machine(), line, work))
            .redirectInput(input)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      Starvation starvation = new Starvation(process.pid());
      long last = begun + limit.toNanos();
      Duration starved = starvation.look();
      while (isAwaited(process, isEndless, out) && System.nanoTime() < last) {
        process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        starved = starvation.look();
      }
      boolean isEnded = !isAwaited(process, isEndless, out);
      Duration span = Duration.ofNanos(System.nanoTime() - begun);
      int code = isEnded && process.isAlive() ? ended(process) : exitCode(process);
      Duration mayTake = timeout.plus(MARGIN).plus(starved);
      return new Ran(code, read(out), read(err), span, mayTake, !isEnded);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static int exitCode(Process process) throws InterruptedException {
    if (process.isAlive()) process.destroyForcibly();
    return process.waitFor();
  }

  /** Whether it runs and, of an endless one, has said nothing yet. */
  private static boolean isAwaited(Process process, boolean isEndless, Path out) {
    return process.isAlive() && !(isEndless && out.toFile().length() > 0);
  }

  /** Tells it to end, as a terminal's Ctrl-C does; that is right if it does so at once. */
  private static int ended(Process process) throws InterruptedException {
    process.destroy();
    boolean isEnded = process.waitFor(MARGIN.toMillis(), TimeUnit.MILLISECONDS);
    return isEnded ? 0 : -1;
  }

  /** A call by the program that was connected before the fault came. */
  Ran call(String... words) {
    Duration limit = fault.timeout().plus(CALL_MARGIN).plus(PATIENCE);
    Duration before = callers.look();
    String said;
    try {
      said = caller.ask(limit, words);
    } catch (IllegalStateException e) {
      return new Ran(-1, "", e.toString(), limit, limit, true);
    }
    Duration starved = callers.look().minus(before);
    Duration mayTake = fault.timeout().plus(CALL_MARGIN).plus(starved);
    String[] answer = said.split(" ", 3);
    int code = Integer.parseInt(answer[1]);
    return new Ran(
        code,
        code == 0 ? answer[2] : "",
        code == 0 ? "" : answer[2],
        Duration.ofMillis(Long.parseLong(answer[0])),
        mayTake,
        false);
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  void close() {
    caller.close();
  }
}
