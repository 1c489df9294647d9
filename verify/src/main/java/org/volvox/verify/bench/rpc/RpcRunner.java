package org.volvox.verify.bench.rpc;

import java.util.List;
import org.volvox.verify.bench.rpc.peer.Drive;
import org.volvox.verify.bench.rpc.peer.Way;
import org.volvox.verify.bench.rpc.peer.Work;

/**
 * A row of the tables: one system over one way, called in one manner.
 *
 * @param suffix tells it from others of the same system and way; may be empty
 * @param work what its calls are
 * @param several how callers wait when there are several on a connection
 */
record RpcRunner(String family, Way way, String suffix, Work work, Drive several) {
  /** Numbers are small whatever the payload: only the shortest is their like. */
  private static final int NUMBERS_BYTES_MAX = 64;

  /** A peer whose callers wait on threads, as ours do. */
  private static final String THREADS = "-threads";

  /** In the order of tables. */
  private static final List<RpcRunner> ALL =
      List.of(
          new RpcRunner("volvox", Way.UNIX, "", Work.ECHO, Drive.VIRTUAL),
          new RpcRunner("volvox", Way.UNIX, "-brief", Work.BRIEF, Drive.VIRTUAL),
          new RpcRunner("volvox", Way.UNIX, "-add", Work.ADD, Drive.VIRTUAL),
          new RpcRunner("volvox", Way.TLS, "", Work.ECHO, Drive.VIRTUAL),
          new RpcRunner("volvox", Way.TLS, "-brief", Work.BRIEF, Drive.VIRTUAL),
          new RpcRunner("rmi", Way.TCP, "", Work.ECHO, Drive.PLATFORM),
          new RpcRunner("grpc", Way.TCP, "", Work.ECHO, Drive.CALLBACKS),
          new RpcRunner("grpc", Way.TCP, THREADS, Work.ECHO, Drive.VIRTUAL),
          new RpcRunner("grpc", Way.UNIX, "", Work.ECHO, Drive.CALLBACKS),
          new RpcRunner("grpc", Way.UNIX, THREADS, Work.ECHO, Drive.VIRTUAL),
          new RpcRunner("grpc", Way.TLS, "", Work.ECHO, Drive.CALLBACKS),
          new RpcRunner("grpc", Way.TLS, THREADS, Work.ECHO, Drive.VIRTUAL),
          new RpcRunner("echo", Way.TCP, "", Work.ECHO, Drive.VIRTUAL),
          new RpcRunner("echo", Way.UNIX, "", Work.ECHO, Drive.VIRTUAL),
          new RpcRunner("echo", Way.TLS, "", Work.ECHO, Drive.VIRTUAL),
          new RpcRunner("echo", Way.TCP, "-loop", Work.ECHO, Drive.CALLBACKS),
          new RpcRunner("echo", Way.UNIX, "-loop", Work.ECHO, Drive.CALLBACKS),
          new RpcRunner("echo", Way.TLS, "-loop", Work.ECHO, Drive.CALLBACKS));

  static List<RpcRunner> of(RpcOptions options) {
    return ALL.stream()
        .filter(each -> options.race().systems().contains(each.family))
        .filter(each -> options.ways().contains(each.way.text()))
        .toList();
  }

  /** The processes that it shares with others. */
  String system() {
    return family + "-" + way.text();
  }

  String name() {
    return system() + suffix;
  }

  boolean isOurs() {
    return family.equals("volvox");
  }

  boolean isLimit() {
    return family.equals("echo");
  }

  boolean takes(RpcLoad load) {
    if (suffix.equals(THREADS) && load.callers() <= load.connections()) {
      return false; // Who is alone waits on a thread anyhow.
    }
    return load.isCalls()
        ? work != Work.ADD || load.bytes() <= NUMBERS_BYTES_MAX
        : suffix.isEmpty() && !family.equals("rmi");
  }

  /** One caller at a time is a thread of the system, as in a plain program. */
  Drive drive(RpcLoad load) {
    boolean isLoop = !suffix.isEmpty() && several == Drive.CALLBACKS;
    boolean isAlone = load.callers() <= load.connections() || !load.isCalls();
    return isAlone && !isLoop ? Drive.PLATFORM : several;
  }
}
