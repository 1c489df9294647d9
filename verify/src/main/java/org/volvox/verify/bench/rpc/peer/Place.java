package org.volvox.verify.bench.rpc.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a server is: both sides are told the same.
 *
 * @param work the folder of the whole run, with the keys and the cluster
 * @param folder the server's own
 */
record Place(Way way, Path work, Path folder) {
  static final String HOST = "127.0.0.1";

  Path socket() {
    return folder.resolve("socket");
  }

  /** What the server wrote. */
  InetSocketAddress address() throws IOException {
    return address(Integer.parseInt(Files.readString(folder.resolve("port"))));
  }

  static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(HOST), port);
  }

  void listening(int port) throws IOException {
    Files.writeString(folder.resolve("port"), Integer.toString(port));
  }

  Keys keys() throws IOException {
    return new Keys(work.resolve("keys.p12"));
  }

  boolean isTls() {
    return way == Way.TLS;
  }

  boolean isUnix() {
    return way == Way.UNIX;
  }
}
