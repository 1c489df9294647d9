package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.Method;

final class BlockingConnectionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void echoesOverTheUnixSocket() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7);
        RpcServer server = cluster.serve(1, Handlers::echo);
        BlockingConnection connection =
            BlockingConnection.connectUnix(cluster.socket(1), cluster.client(), TIMEOUT)) {
      assertThat(connection.peer().node()).contains(new NodeId(1));
      assertThat(connection.open(Method.QUERY, TIMEOUT).ask(Bytes.utf8("hello")))
          .isEqualTo(Bytes.utf8("hello"));
      assertThat(connection.open(Method.STATUS, TIMEOUT).ask(Bytes.utf8("short")))
          .isEqualTo(Bytes.utf8("short"));
      Bytes big = Bytes.wrap(new byte[4 << 20]);
      assertThat(connection.open(Method.QUERY, TIMEOUT).ask(big)).isEqualTo(big);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void echoesOverTls() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7);
        RpcServer server = cluster.serve(1, Handlers::echo);
        BlockingConnection connection =
            BlockingConnection.connectTls(
                server.address(), cluster.userTls("ada"), cluster.client(), TIMEOUT)) {
      assertThat(connection.open(Method.QUERY, TIMEOUT).ask(Bytes.utf8("small")))
          .isEqualTo(Bytes.utf8("small"));
      Bytes big = Bytes.wrap(new byte[4 << 20]);
      assertThat(connection.open(Method.QUERY, TIMEOUT).ask(big)).isEqualTo(big);
      assertThat(connection.open(Method.QUERY, TIMEOUT).ask(Bytes.EMPTY)).isEqualTo(Bytes.EMPTY);
    }
  }
}
