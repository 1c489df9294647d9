package org.volvox.client.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ClusterId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.Origin;
import org.volvox.base.syscall.Principals;
import org.volvox.rpc.ClusterAuthority;
import org.volvox.rpc.LamportClock;
import org.volvox.rpc.LocalEnd;
import org.volvox.rpc.TlsMaterial;

/** Programs of one user of one cluster, as far as services are concerned: real sockets and TLS. */
final class Programs implements AutoCloseable {
  static final String USER = "ada";
  private static final ClusterId CLUSTER = new ClusterId(77);

  final MemoryDirectory directory = new MemoryDirectory(Principals.user(USER));
  private final List<Services> all = new ArrayList<>();
  private final TlsMaterial tls;
  private final Path sockets;

  Programs(Path folder) throws IOException {
    ClusterAuthority authority = ClusterAuthority.create(folder.resolve("ca"), CLUSTER);
    authority.issueUser(USER, folder.resolve("user"));
    tls = TlsMaterial.load(folder.resolve("user"));
    sockets = Files.createDirectory(folder.resolve("sockets"));
  }

  /** A program; over TLS only, or by Unix sockets where both are of this machine. */
  Services program(boolean isLocal) {
    LamportClock clock = new LamportClock(new Origin.Client(SessionId.NONE));
    LocalEnd self = new LocalEnd(CLUSTER, Optional.empty(), 0, clock);
    Services services = new Services(new Net(self, clock, isLocal), directory);
    all.add(services);
    return services;
  }

  private final class Net implements Services.Network, Credentials {
    private final LocalEnd self;
    private final LamportClock clock;
    private final boolean isLocal;

    Net(LocalEnd self, LamportClock clock, boolean isLocal) {
      this.self = self;
      this.clock = clock;
      this.isLocal = isLocal;
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
    public InetSocketAddress listen() {
      return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    @Override
    public Optional<Path> sockets() {
      return isLocal ? Optional.of(sockets) : Optional.empty();
    }

    @Override
    public LocalEnd self() {
      return self;
    }

    @Override
    public TlsMaterial tls() {
      return tls;
    }
  }

  /** Calls that are open anywhere, once those are gone that were just closed. */
  int openCalls() {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (sum() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    return sum();
  }

  private int sum() {
    return all.stream().mapToInt(Services::servedCalls).sum();
  }

  @Override
  public void close() {
    all.forEach(Services::close);
  }
}
