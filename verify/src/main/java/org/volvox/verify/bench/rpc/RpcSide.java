package org.volvox.verify.bench.rpc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.volvox.verify.bench.Servers;
import org.volvox.verify.bench.rpc.peer.Side;
import org.volvox.verify.process.LineProcess;
import org.volvox.verify.process.Programs;

/** A server's or a caller's process, as the bench sees it. */
final class RpcSide implements AutoCloseable {
  private static final long SECONDS_MAX = 120;

  private final String name;
  private final LineProcess process;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  /**
   * Starts it and waits until it is ready.
   *
   * @param arguments of {@link Side}
   */
  RpcSide(String name, Path log, String... arguments) throws IOException, InterruptedException {
    this.name = name;
    List<String> line = Programs.java(Servers.JVM, "", Side.class.getName(), arguments);
    process = new LineProcess(name, line, log, this::take);
    boolean isReady = false;
    try {
      isReady = next().equals("ready");
    } finally {
      if (!isReady) close();
    }
  }

  private void take(String line) {
    if (line.startsWith(Side.ANSWER)) answers.add(line.substring(Side.ANSWER.length()));
  }

  private String next() throws IOException, InterruptedException {
    @Nullable String answer = answers.poll(SECONDS_MAX, TimeUnit.SECONDS);
    if (answer == null || answer.startsWith("failed")) {
      throw new IOException(name + ": " + (answer == null ? "no answer" : answer));
    }
    return answer;
  }

  String ask(String line) throws IOException, InterruptedException {
    process.tell(line);
    return next();
  }

  /** Bytes that it has allocated since it began. */
  long allocated() throws IOException, InterruptedException {
    return Long.parseLong(ask(Side.ALLOCATED));
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.close();
  }
}
