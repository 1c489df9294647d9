package org.volvox.verify.bench.rpc;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.volvox.verify.bench.RaceReport;
import org.volvox.verify.bench.Rounds;
import org.volvox.verify.process.LocalCluster;

/** Calls and streams beside Java RMI, gRPC and a raw echo, in one run: `./dev bench rpc`. */
public final class RpcBench {
  private static final String CALLERS =
      "In flight: callers of all connections together, each in a closed loop: it calls, waits, calls again. Server and"
          + " caller are a process each with the same flags (1 GB of heap, the serial collector). CPU: user and kernel"
          + " time of the process; allocated: by all its threads; both by call, the part of compilers and collectors"
          + " in it. A goal is met if the quartile of the rounds on the worse side meets it.";

  private static final List<String> CONDITIONS =
      List.of(
          "volvox: a plain interface, bound and looked up by name in a cluster of three nodes, which is idle meanwhile;"
              + " `byte[] echo(byte[])` takes effect at most once (the server keeps answers until the caller has them)"
              + " and runs on a virtual thread; `-brief` is the same method marked @Brief and @Idempotent; `-add` is `int"
              + " add(int, int)`; every call has a deadline of 30 s, a request id, a clock's stamp and its caller's identity",
          "volvox has no plain TCP, since every connection is authenticated: the Unix socket, by which programs on one"
              + " machine call each other unless told otherwise, stands for plain, beside the peers' Unix sockets and their"
              + " plain TCP. For TLS the bench deletes the socket's file, so that the caller goes the way that callers on other"
              + " machines go: TLS 1.3 by the JDK, both sides with certificates",
          "rmi: Java RMI of the JDK, plain TCP; it opens as many connections as there are calls under way, whatever the"
              + " column says; no deadlines",
          "grpc: grpc-netty-shaded, epoll; TLS 1.3 by its own BoringSSL with a key on the same curve, the server's"
              + " certificate only; no protobuf but bytes as they are; handlers and callbacks on the connection's thread"
              + " (directExecutor); a blocking stub where a connection has one call at a time, callbacks without threads"
              + " where it has more; no deadlines; streams by isReady",
          "echo, the limit: plain Netty, epoll, frames with a length, one loop a side; TLS 1.3 by the JDK; a caller waits on"
              + " a thread as ours does; `-loop`: it does not, the next frame is sent where the answer arrives",
          "callers wait on a thread of the system where there is one on a connection, on virtual threads where there are"
              + " more; RMI's always on threads of the system, which suit its sockets better");

  private final RpcOptions options;
  private final PrintStream out;

  public RpcBench(RpcOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** Runs all and writes rpc.md and what belongs to it into bench/results. */
  public void run(Path root, String command) throws IOException, InterruptedException {
    Path work = root.resolve("target/bench-rpc");
    List<RpcRunner> runners = RpcRunner.of(options);
    Rounds<RpcLoad, RpcSample> rounds;
    try (RpcSystems systems = new RpcSystems(runners, work)) {
      rounds = new RpcRace(options, out).run(systems);
    }
    RpcTable table = new RpcTable(rounds, runners);
    RaceReport report =
        new RaceReport(
            new RaceReport.Page("rpc", "Calls and streams", command, CALLERS),
            table,
            options.race());
    CONDITIONS.forEach(report::condition);
    new RpcPlot(rounds, runners).all().forEach(report::figure);
    report.write(root.resolve("bench/results"));
    out.print(table.verdict() + "\n" + table.all());
    LocalCluster.delete(work);
  }

  /** Draws the plots of the page again from the rounds in bench/results/rpc.csv. */
  public static void plotOnly(Path root, PrintStream out) throws IOException {
    Path folder = root.resolve("bench/results");
    var rounds = RpcCsv.rounds(Files.readAllLines(folder.resolve("rpc.csv")));
    var plots = new RpcPlot(rounds, RpcRunner.of(RpcOptions.DEFAULT)).all();
    for (var plot : plots.entrySet()) {
      Path file = folder.resolve("rpc" + plot.getKey() + ".svg");
      plot.getValue().save(file);
      out.println(root.relativize(file));
    }
  }
}
