package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.Method;

/** Who is let in, and what strangers see. */
final class SecurityTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Cluster cluster;
  private RpcServer server;

  @BeforeEach
  void serve() throws IOException {
    cluster = new Cluster(folder.resolve("a"), 7);
    server = cluster.serve(1, Handlers::echo);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void assertRefused(TlsMaterial tls, LocalEnd self, CallPhase phase) {
    assertThatThrownBy(
            () -> {
              try (BlockingConnection connection =
                  BlockingConnection.connectTls(server.address(), tls, self, TIMEOUT)) {
                connection.open(Method.QUERY, TIMEOUT).ask(Bytes.EMPTY);
              }
            })
        .isInstanceOfSatisfying(
            CallException.class, failure -> assertThat(failure.phase()).isEqualTo(phase));
    assertStillServing();
  }

  private void assertStillServing() {
    try (BlockingConnection connection =
        BlockingConnection.connectTls(
            server.address(), cluster.userTls("ada"), cluster.client(), TIMEOUT)) {
      assertThat(connection.open(Method.QUERY, TIMEOUT).ask(Bytes.EMPTY)).isEqualTo(Bytes.EMPTY);
    } catch (CallException | IOException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void refusesAnotherAuthority() throws Exception {
    ClusterAuthority other = ClusterAuthority.create(folder.resolve("other-ca"), cluster.id);
    other.issueUser("ada", folder.resolve("other-ada"));
    assertRefused(TlsMaterial.load(folder.resolve("other-ada")), cluster.client(), CallPhase.TLS);
  }

  @Test
  void refusesTheHelloOfAnotherCluster() throws Exception {
    LocalEnd stranger =
        new LocalEnd(new ClusterId(8), Optional.empty(), 0, cluster.client().clock());
    assertRefused(cluster.userTls("ada"), stranger, CallPhase.HELLO);
  }

  @Test
  void refusesACertificateThatIsNotTheHellos() throws Exception {
    assertRefused(cluster.userTls("ada"), cluster.node(2, 1), CallPhase.CALL);
  }

  @Test
  void refusesPlaintextAndGarbage() throws Exception {
    for (String garbage : new String[] {"GET / HTTP/1.1\r\n\r\n", "\0\0\0\100volvox", "\377\377"}) {
      try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
        socket.setSoTimeout(6000);
        socket.getOutputStream().write(garbage.getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        assertThat(drain(socket.getInputStream())).isLessThan(100);
      }
    }
    assertStillServing();
  }

  private static int drain(InputStream in) throws IOException {
    int count = 0;
    try {
      while (in.read() >= 0) {
        count++;
      }
    } catch (SocketException reset) {
      return count;
    }
    return count;
  }

  @Test
  void resumesAnEarlierSession() throws Exception {
    TlsMaterial tls = cluster.userTls("ada");
    long first = sessionMadeAt(tls);
    while (System.currentTimeMillis() == first) {
      Thread.onSpinWait();
    }
    assertThat(sessionMadeAt(tls)).isEqualTo(first);
    assertThat(sessionMadeAt(cluster.userTls("bob"))).isNotEqualTo(first);
  }

  /** When the session was made under which the server's hello came. */
  private long sessionMadeAt(TlsMaterial tls) throws IOException {
    try (Socket socket =
        tls.context()
            .getSocketFactory()
            .createSocket(server.address().getAddress(), server.address().getPort())) {
      assertThat(socket.getInputStream().read()).isZero();
      return ((SSLSocket) socket).getSession().getCreationTime();
    }
  }

  @Test
  void refusesOlderTls() throws Exception {
    TlsMaterial tls = cluster.userTls("ada");
    assertThatThrownBy(
            () -> {
              try (Socket socket =
                  tls.context()
                      .getSocketFactory()
                      .createSocket(server.address().getAddress(), server.address().getPort())) {
                SSLSocket secured = (SSLSocket) socket;
                SSLParameters parameters = secured.getSSLParameters();
                parameters.setProtocols(new String[] {"TLSv1.2"});
                secured.setSSLParameters(parameters);
                secured.startHandshake();
              }
            })
        .isInstanceOf(SSLException.class);
    assertStillServing();
  }

  @Test
  void garbageInsideTlsEndsTheConnectionOnly() throws Exception {
    TlsMaterial tls = cluster.userTls("ada");
    TlsPort port = TlsPort.connect(server.address(), tls, TIMEOUT);
    byte[] garbage =
        "this is not a frame, but long enough to be taken for one ...."
            .getBytes(StandardCharsets.US_ASCII);
    Ports.writeAll(port, garbage, 0, garbage.length);
    byte[] buffer = new byte[4096];
    int last = 0;
    while (last >= 0) {
      port.awaitReadable(TIMEOUT.toNanos());
      last = port.tryRead(buffer, 0, buffer.length);
    }
    port.close();
    assertStillServing();
  }

  @Test
  void writesKeysForTheirOwnerAlone() throws Exception {
    cluster.nodeTls(4);
    for (String file : new String[] {"key.pem", "cert.pem", "ca.pem"}) {
      Path path = cluster.folder.resolve("n4").resolve(file);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .as(file)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void readsIdentitiesBack() throws Exception {
    TlsMaterial node = cluster.nodeTls(4);
    assertThat(node.identity()).isEqualTo(new Identity.Node(new NodeId(4)));
    assertThat(node.cluster()).isEqualTo(cluster.id);
    assertThat(cluster.userTls("ada.b-c_9").identity()).isEqualTo(new Identity.User("ada.b-c_9"));
    assertThat(ClusterAuthority.load(cluster.folder.resolve("ca")).cluster()).isEqualTo(cluster.id);
    assertThatThrownBy(() -> cluster.userTls("../x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesTheFileThatIsWrong() throws Exception {
    cluster.nodeTls(4);
    Path tls = cluster.folder.resolve("n4");
    Files.writeString(tls.resolve("key.pem"), "nonsense");
    assertThatThrownBy(() -> TlsMaterial.load(tls))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("key.pem");
    Files.delete(tls.resolve("key.pem"));
    assertThatThrownBy(() -> TlsMaterial.load(tls)).hasMessageContaining("is missing");
  }
}
