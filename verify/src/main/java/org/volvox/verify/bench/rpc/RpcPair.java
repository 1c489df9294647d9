package org.volvox.verify.bench.rpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.volvox.verify.bench.rpc.peer.Round;
import org.volvox.verify.bench.rpc.peer.Seen;

/** One system: its server's process and its callers'. */
final class RpcPair implements AutoCloseable {
  private final RpcSide server;
  private final RpcSide caller;

  /**
   * Starts both.
   *
   * @param work where keys and cluster are
   */
  RpcPair(RpcRunner runner, Path work) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(work.resolve(runner.system()));
    server = side("serve", runner, work, folder);
    boolean isWhole = false;
    try {
      caller = side("call", runner, work, folder);
      isWhole = true;
    } finally {
      if (!isWhole) server.close();
    }
  }

  private static RpcSide side(String side, RpcRunner runner, Path work, Path folder)
      throws IOException, InterruptedException {
    return new RpcSide(
        runner.system() + " " + side,
        folder.resolve(side + ".log"),
        side,
        runner.family(),
        runner.way().text(),
        work.toString(),
        folder.toString());
  }

  /** Loads it for so long and tells what was seen. */
  RpcSample run(RpcRunner runner, RpcLoad load, Duration measured)
      throws IOException, InterruptedException {
    Round round =
        new Round(
            load.task().work(runner.work()),
            runner.drive(load),
            load.bytes(),
            load.callers(),
            load.connections(),
            measured,
            server.pid());
    long before = server.allocated();
    Seen seen = Seen.parse(caller.ask(round.text()));
    double calls = Math.max(1, seen.load().perSecond() * measured.toNanos() / 1e9);
    return new RpcSample(seen.load(), seen.allocated(), (server.allocated() - before) / calls);
  }

  @Override
  public void close() {
    caller.close();
    server.close();
  }
}
