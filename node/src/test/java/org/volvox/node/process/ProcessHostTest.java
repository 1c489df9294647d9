package org.volvox.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.Pid;

@Timeout(60)
class ProcessHostTest {
  private static final ProcessHost.Patience PATIENCE =
      new ProcessHost.Patience(Duration.ofSeconds(5), Duration.ofMinutes(5));

  private static final List<String> ENVIRONMENT =
      List.of("PATH=" + System.getenv("PATH"), "HOME=/", "LANG=C.UTF-8");

  @TempDir Path folder;
  private ProcessHost host;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws IOException {
    host = ProcessHost.start(folder, PATIENCE, new Recorder());
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void givesTheExitCodeOfTheProgram() throws Exception {
    run(1, "sh", "-c", "exit 3");
    assertThat(next()).startsWith("started 1");
    assertThat(next()).isEqualTo("exited 1 3");
  }

  @Test
  void passesInputThroughAProgram() throws Exception {
    run(2, "tr", "a-z", "A-Z");
    assertThat(next()).startsWith("started 2");
    ProgramStreams streams = host.streams(new Pid(2)).orElseThrow();
    streams.input(0, Bytes.utf8("many machines"));
    streams.input(
        5, Bytes.utf8("machines, one computer")); // Overlaps: a client that repeats itself.
    streams.endInput();
    assertThat(readAll(streams)).isEqualTo("MANY MACHINES, ONE COMPUTER");
    assertThat(next()).isEqualTo("exited 2 0");
  }

  @Test
  void movesAHundredMegabytesThroughBoundedBuffers() throws Exception {
    run(3, "head", "-c", "100000000", "/dev/zero");
    assertThat(next()).startsWith("started 3");
    ProgramStreams streams = host.streams(new Pid(3)).orElseThrow();
    assertThat(count(streams)).isEqualTo(100_000_000);
    assertThat(next()).isEqualTo("exited 3 0");
  }

  @Test
  void tellsASignalAs128PlusItsNumber() throws Exception {
    run(4, "sleep", "1000");
    assertThat(next()).startsWith("started 4");
    host.signal(new Pid(4), 15);
    assertThat(next()).isEqualTo("exited 4 143");
  }

  @Test
  void saysWhyAProgramCannotStart() throws Exception {
    run(5, "no-such-program-here");
    assertThat(next()).startsWith("not started 5 127 no-such-program-here: not found in PATH");
    run(6, "/etc/passwd");
    assertThat(next()).isEqualTo("not started 6 126 /etc/passwd: not an executable file");
  }

  @Test
  void startsInAnEmptyFolderWithOnlyTheGivenEnvironment() throws Exception {
    run(7, "sh", "-c", "ls -A; env | cut -d= -f1 | grep -v -e '^_$' -e '^PWD$' -e SHLVL | sort");
    assertThat(next()).startsWith("started 7");
    ProgramStreams streams = host.streams(new Pid(7)).orElseThrow();
    assertThat(readAll(streams)).isEqualTo("HOME\nLANG\nPATH\n");
  }

  @Test
  void anEndedProgramKeepsItsOutputAndNoSocket() throws Exception {
    run(12, "true");
    assertThat(next()).startsWith("started 12");
    assertThat(next()).isEqualTo("exited 12 0"); // The warden runs from here on.
    long before = openSockets();
    for (int program = 20; program < 40; program++) {
      run(program, "echo", "word " + program);
      assertThat(next()).startsWith("started " + program);
      assertThat(next()).isEqualTo("exited " + program + " 0");
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (openSockets() > before && System.nanoTime() < deadline) {
      told.poll(20, TimeUnit.MILLISECONDS); // Nothing is told meanwhile; only time passes.
    }
    assertThat(openSockets()).isLessThanOrEqualTo(before);
    ProgramStreams streams = host.streams(new Pid(20)).orElseThrow();
    streams.input(0, Bytes.utf8("too late")); // As before its end: it goes nowhere.
    streams.endInput();
    assertThat(readAll(streams)).isEqualTo("word 20\n");
  }

  private static long openSockets() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(ProcessHostTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path open) {
    try {
      return Files.readSymbolicLink(open).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // Closed since it was listed.
    }
  }

  @Test
  void endsAGrandchildWithItsProgram() throws Exception {
    run(8, "sh", "-c", "sleep 1000 & echo $!; exec sleep 0");
    assertThat(next()).startsWith("started 8");
    ProgramStreams streams = host.streams(new Pid(8)).orElseThrow();
    long grandchild = Long.parseLong(readAll(streams).trim());
    assertThat(next()).isEqualTo("exited 8 0");
    awaitDeath(grandchild);
  }

  @Test
  void endsEveryProgramWhenItCloses() throws Exception {
    run(9, "sleep", "1000");
    long osPid = Long.parseLong(next().split(" ", -1)[2]);
    host.close();
    awaitDeath(osPid);
  }

  @Test
  void reportsProgramsLostWithTheirWardenAndStartsAnother() throws Exception {
    run(10, "sleep", "1000");
    long osPid = Long.parseLong(next().split(" ", -1)[2]);
    ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(Warden.class.getName()))
        .forEach(ProcessHandle::destroyForcibly);
    assertThat(next()).isEqualTo("lost 10 the warden that held it died");
    awaitDeath(osPid);
    runOnceTheWardenIsBack();
    assertThat(next()).startsWith("started 11");
    assertThat(next()).isEqualTo("exited 11 0");
  }

  private void runOnceTheWardenIsBack() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < deadline) {
      try {
        run(11, "true");
        return;
      } catch (IOException e) {
        told.poll(20, TimeUnit.MILLISECONDS); // Nothing is told meanwhile; only time passes.
      }
    }
    throw new AssertionError("the warden did not come back");
  }

  private void run(long pid, String... arguments) throws IOException {
    host.spawn(new Pid(pid), List.of(arguments), ENVIRONMENT);
  }

  private String next() throws InterruptedException {
    return Optional.ofNullable(told.poll(20, TimeUnit.SECONDS)).orElse("nothing was told");
  }

  private static void awaitDeath(long osPid) throws Exception {
    Optional<ProcessHandle> process = ProcessHandle.of(osPid);
    if (process.isPresent()) {
      process.get().onExit().get(20, TimeUnit.SECONDS);
    }
    assertThat(ProcessHandle.of(osPid).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }

  private static String readAll(ProgramStreams streams) throws InterruptedException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    RetainedStream stream = streams.output();
    RetainedStream.Reader reader = new RetainedStream.Reader();
    Optional<Bytes> bytes = stream.read(0, 1 << 16, reader);
    while (bytes.isPresent()) {
      all.writeBytes(bytes.get().toArray());
      stream.take(all.size());
      bytes = stream.read(all.size(), 1 << 16, reader);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private static long count(ProgramStreams streams) throws InterruptedException {
    RetainedStream stream = streams.output();
    RetainedStream.Reader reader = new RetainedStream.Reader();
    long count = 0;
    Optional<Bytes> bytes = stream.read(0, 1 << 16, reader);
    while (bytes.isPresent()) {
      count += bytes.get().length();
      stream.take(count);
      bytes = stream.read(count, 1 << 16, reader);
    }
    return count;
  }

  private final class Recorder implements ProcessHost.Listener {
    @Override
    public void started(Pid pid, long osPid) {
      told.add("started " + pid + " " + osPid);
    }

    @Override
    public void notStarted(Pid pid, int code, String why) {
      told.add("not started " + pid + " " + code + " " + why);
    }

    @Override
    public void exited(Pid pid, int code) {
      told.add("exited " + pid + " " + code);
    }

    @Override
    public void lost(Pid pid, String why) {
      told.add("lost " + pid + " " + why);
    }
  }
}
