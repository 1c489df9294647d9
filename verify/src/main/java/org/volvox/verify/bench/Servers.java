package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.volvox.verify.process.Programs;

/**
 * The server processes of a peer. They end with the bench: when it is closed, fails or is
 * interrupted by the hook, and Java ones even when it is killed, because their standard input ends.
 */
public final class Servers implements AutoCloseable {
  /**
   * What each Java peer's virtual machine is started with: the collector and the flags of our own
   * nodes, and four times their heap, so that none runs short.
   */
  public static final List<String> JVM =
      List.of(
          "-Xms1g",
          "-Xmx1g",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlogback.configurationFile=org/volvox/verify/quiet.xml");

  /** How these flags are told beside figures. */
  static final String JVM_TEXT =
      "JVM flags as ours but for a heap of 1 GB instead of 256 MB and no bound of direct memory";

  private final List<Process> running = new ArrayList<>();
  private final Atexit atexit = new Atexit(this::kill);

  /** Starts a main class on the bench's own class path. */
  void startJava(Path log, List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(JVM);
    all.addAll(options);
    start(log, Programs.java(all, "", main.getName(), arguments));
  }

  /** Starts a program; its standard input stays open for as long as the bench lives. */
  synchronized void start(Path log, List<String> line) throws IOException {
    running.add(
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
  }

  synchronized List<Long> pids() {
    return running.stream().map(Process::pid).toList();
  }

  synchronized boolean isAlive() {
    return running.stream().allMatch(Process::isAlive);
  }

  private synchronized void kill() {
    for (Process process : running) process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    atexit.close();
  }
}
