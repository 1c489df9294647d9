package org.volvox.client;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.volvox.calls.CallException;
import org.volvox.client.service.Credentials;
import org.volvox.client.service.Services;
import org.volvox.rpc.LamportClock;
import org.volvox.rpc.LocalEnd;
import org.volvox.rpc.TlsMaterial;
import org.volvox.rpc.UnixPaths;

/** How a client is reached by other programs, which it is once it binds a service. */
final class ServiceNetwork implements Services.Network, Credentials {
  /** Less the socket's own name. */
  private static final int FOLDER_BYTES_MAX = UnixPaths.BYTES_MAX - 18;

  private final Connections connections;
  private final LamportClock clock;

  ServiceNetwork(Connections connections, LamportClock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  @Override
  public Credentials credentials() {
    return this;
  }

  @Override
  public LamportClock clock() {
    return clock;
  }

  @Override
  public LocalEnd self() {
    return connections.self();
  }

  @Override
  public TlsMaterial tls() throws CallException {
    return connections.tls();
  }

  /** The address by which this machine would send to a node; nothing is sent. */
  @Override
  public InetSocketAddress listen() throws IOException {
    InetSocketAddress node = connections.address().nodes().getFirst().address();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(node);
      return new InetSocketAddress(socket.getLocalAddress(), 0);
    } catch (RuntimeException noRoute) {
      throw new IOException("no address of this machine reaches " + node, noRoute);
    }
  }

  /** Beside the nodes' folders of a cluster on this machine, for its owner alone. */
  @Override
  public Optional<Path> sockets() {
    Path folder = connections.address().credentials().resolveSibling("services").toAbsolutePath();
    if (UnixPaths.bytes(folder) > FOLDER_BYTES_MAX) {
      return Optional.empty();
    }
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      sweep(folder);
      return Optional.of(folder);
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // Then calls on the same machine take the way that all others take.
    }
  }

  /** Removes the sockets of programs that were killed. */
  private static void sweep(Path folder) throws IOException {
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(folder, "s*")) {
      for (Path each : sockets) {
        if (!isServed(each)) {
          Files.deleteIfExists(each);
        }
      }
    }
  }

  private static boolean isServed(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException nobody) {
      return false;
    }
  }
}
