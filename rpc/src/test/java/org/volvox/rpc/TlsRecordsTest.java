package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;

/** Records of TLS between two ends on loopback. */
final class TlsRecordsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private TlsMaterial material;
  private ServerSocketChannel listening;

  @BeforeEach
  void listen() throws IOException {
    ClusterAuthority authority = ClusterAuthority.create(folder.resolve("ca"), new ClusterId(7));
    authority.issueNode(new NodeId(1), folder.resolve("n1"));
    material = TlsMaterial.load(folder.resolve("n1"));
    listening =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
  }

  @AfterEach
  void close() throws IOException {
    listening.close();
  }

  /** Both ends of a connection, after the handshake. */
  private record Pair(TlsRecords client, SSLEngine clientEngine, TlsRecords server)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  /** Each would keep a socket and what two selectors are made of. */
  @Test
  void aHandshakeThatFailsLeavesNothingOpen() throws Exception {
    InetSocketAddress address = (InetSocketAddress) listening.getLocalAddress();
    long before = openFiles();
    for (int i = 0; i < 100; i++) {
      CompletableFuture<Void> hungUp =
          CompletableFuture.runAsync(() -> {
            try {
              listening.accept().close();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertThatThrownBy(() -> TlsPort.connect(address, material, TIMEOUT))
          .isInstanceOf(CallException.class);
      hungUp.join();
    }
    assertThat(openFiles()).isLessThan(before + 100);
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  private Pair pair() throws Exception {
    SocketChannel dialed = SocketChannel.open(listening.getLocalAddress());
    SocketChannel accepted = listening.accept();
    SSLEngine clientEngine = material.clientEngine("127.0.0.1", 1);
    TlsRecords client = new TlsRecords(ChannelPort.of(dialed), clientEngine);
    TlsRecords server = new TlsRecords(ChannelPort.of(accepted), material.serverEngine());
    CompletableFuture<Void> other = later(() -> server.shakeHands(TIMEOUT));
    client.shakeHands(TIMEOUT);
    other.join();
    return new Pair(client, clientEngine, server);
  }

  private interface Step {
    void run() throws Exception;
  }

  private static CompletableFuture<Void> later(Step step) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        step.run();
        done.complete(null);
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    });
    return done;
  }

  private static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Writes all in pieces of all sizes, some longer than a record. */
  private static void write(TlsRecords to, byte[] all, int seed) throws IOException {
    Random random = new Random(seed);
    for (int at = 0; at < all.length; ) {
      int length = Math.min(all.length - at, 1 + random.nextInt(100_000));
      Ports.writeAll(to, all, at, length);
      at += length;
    }
  }

  private static byte[] read(TlsRecords from, int length, int arrayLength) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] array = new byte[arrayLength];
    while (all.size() < length) {
      int count = from.tryRead(array, 0, array.length);
      if (count == 0) {
        from.awaitReadable(SocketPort.FOREVER);
      }
      assertThat(count).isNotNegative();
      all.write(array, 0, count);
    }
    return all.toByteArray();
  }

  @Test
  void whatIsSentArrivesBothWaysWhateverTheRoom() throws Exception {
    byte[] there = random(1, 3_000_000);
    byte[] back = random(2, 2_000_000);
    for (int arrayLength : new int[] {100, 17_000, 128 * 1024}) {
      try (Pair pair = pair()) {
        CompletableFuture<Void> sent = later(() -> write(pair.client, there, 3));
        CompletableFuture<Void> answered = later(() -> write(pair.server, back, 4));
        CompletableFuture<Void> heard =
            later(() -> assertThat(read(pair.client, back.length, arrayLength)).isEqualTo(back));
        assertThat(read(pair.server, there.length, arrayLength)).isEqualTo(there);
        CompletableFuture.allOf(sent, answered, heard).join();
      }
    }
  }

  @Test
  void theKeysChangeOnTheWay() throws Exception {
    byte[] bytes = random(5, 200_000);
    try (Pair pair = pair()) {
      for (int round = 0; round < 5; round++) {
        // RFC 8446, 4.6.3: asks the other end to change its keys too, which its reader answers.
        pair.clientEngine.beginHandshake();
        CompletableFuture<Void> sent =
            later(() -> Ports.writeAll(pair.client, bytes, 0, bytes.length));
        assertThat(read(pair.server, bytes.length, 128 * 1024)).isEqualTo(bytes);
        sent.join();
        CompletableFuture<Void> answered =
            later(() -> Ports.writeAll(pair.server, bytes, 0, bytes.length));
        assertThat(read(pair.client, bytes.length, 128 * 1024)).isEqualTo(bytes);
        answered.join();
      }
    }
  }

  /** Who writes more than the socket takes is told so, and goes on where it was. */
  @Test
  void aFullSocketTakesAPartAndTheRestWhenThereIsRoom() throws Exception {
    try (Pair pair = pair()) {
      byte[] bytes = random(5, 8 << 20);
      int gone = 0;
      for (int count = 1; count > 0; gone += count) {
        count = pair.client.tryWrite(bytes, gone, bytes.length - gone);
      }
      assertThat(gone).isLessThan(bytes.length);
      int from = gone;
      CompletableFuture<Void> sent =
          later(() -> Ports.writeAll(pair.client, bytes, from, bytes.length - from));
      assertThat(read(pair.server, bytes.length, 128 * 1024)).isEqualTo(bytes);
      sent.join();
    }
  }

  @Test
  void whoSaysNothingIsNotWaitedForWithoutEnd() throws Exception {
    try (SocketChannel silent = SocketChannel.open(listening.getLocalAddress());
        SocketChannel accepted = listening.accept()) {
      assertThat(silent.isConnected()).isTrue();
      assertThatThrownBy(() -> TlsPort.accept(accepted, material, Duration.ofMillis(100)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the handshake takes too long");
      assertThat(accepted.isOpen()).isFalse();
    }
  }

  @Test
  void whoGoesInTheHandshakeIsNamed() throws Exception {
    SocketChannel gone = SocketChannel.open(listening.getLocalAddress());
    try (SocketChannel accepted = listening.accept()) {
      gone.close();
      assertThatThrownBy(() -> TlsPort.accept(accepted, material, TIMEOUT))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("closed the connection in the handshake");
    }
  }

  @Test
  void changedBytesEndTheConnection() throws Exception {
    SocketChannel dialed = SocketChannel.open(listening.getLocalAddress());
    ChannelPort below = ChannelPort.of(dialed);
    SocketChannel accepted = listening.accept();
    TlsRecords client = new TlsRecords(below, material.clientEngine("127.0.0.1", 1));
    try (TlsRecords server = new TlsRecords(ChannelPort.of(accepted), material.serverEngine())) {
      CompletableFuture<Void> other = later(() -> server.shakeHands(TIMEOUT));
      client.shakeHands(TIMEOUT);
      other.join();
      byte[] forged = new byte[100];
      Arrays.fill(forged, (byte) 7);
      forged[0] = 23; // A record of application data, of TLS 1.2 as all of 1.3 say, of 95 bytes.
      forged[1] = 3;
      forged[2] = 3;
      forged[3] = 0;
      forged[4] = 95;
      Ports.writeAll(below, forged, 0, forged.length);
      assertThatThrownBy(() -> read(server, 1, 128 * 1024)).isInstanceOf(IOException.class);
    } finally {
      client.close();
    }
  }

  @Test
  void theEndIsTold() throws Exception {
    try (Pair pair = pair()) {
      pair.client.close();
      pair.server.awaitReadable(SocketPort.FOREVER);
      int count = 0;
      while (count == 0) {
        count = pair.server.tryRead(new byte[100], 0, 100);
      }
      assertThat(count).isEqualTo(-1);
    }
  }
}
