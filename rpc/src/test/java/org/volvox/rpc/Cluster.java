package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.Origin;
import org.volvox.calls.Method;

/** Certificates and servers of a made-up cluster on loopback, for tests. */
final class Cluster implements AutoCloseable {
  static {
    Leaks.watch();
  }

  final ClusterId id;
  final Path folder;
  final ClusterAuthority authority;
  final NettyTransport transport;
  private final Map<NodeId, RpcServer> servers = new LinkedHashMap<>();

  Cluster(Path folder, long id) throws IOException {
    this(folder, id, NettyTransport.start(2));
  }

  Cluster(Path folder, long id, NettyTransport transport) throws IOException {
    this.id = new ClusterId(id);
    this.folder = folder;
    this.transport = transport;
    this.authority = ClusterAuthority.create(folder.resolve("ca"), this.id);
  }

  TlsMaterial nodeTls(int node) throws IOException {
    Path tls = folder.resolve("n" + node);
    authority.issueNode(new NodeId(node), tls);
    return TlsMaterial.load(tls);
  }

  TlsMaterial userTls(String name) throws IOException {
    Path tls = folder.resolve("user-" + name);
    authority.issueUser(name, tls);
    return TlsMaterial.load(tls);
  }

  LocalEnd node(int node, long incarnation) {
    NodeId nodeId = new NodeId(node);
    return new LocalEnd(
        id, Optional.of(nodeId), incarnation, new LamportClock(new Origin.Node(nodeId)));
  }

  LocalEnd client() {
    return new LocalEnd(
        id, Optional.empty(), 0, new LamportClock(new Origin.Client(SessionId.NONE)));
  }

  RpcServer serve(int node, CallHandler handler) throws IOException {
    return serve(node, handler, new Recorder(), LinkPolicy.disabled());
  }

  RpcServer serve(int node, CallHandler handler, PeerListener peers, LinkPolicy links)
      throws IOException {
    RpcServer server =
        RpcServer.start(
            transport,
            new RpcServer.Config(
                node(node, 1),
                nodeTls(node),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(socket(node)),
                List.of(Method.STATUS),
                handler,
                peers,
                links));
    servers.put(new NodeId(node), server);
    return server;
  }

  Path socket(int node) {
    return folder.resolve("sock" + node);
  }

  PeerLinks links(int node, PeerListener listener, LinkPolicy links, int... peers)
      throws IOException {
    Map<NodeId, InetSocketAddress> addresses = new LinkedHashMap<>();
    for (int peer : peers) {
      NodeId peerId = new NodeId(peer);
      RpcServer server = servers.get(peerId);
      addresses.put(
          peerId,
          server == null
              ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)
              : server.address());
    }
    return PeerLinks.start(
        transport, new PeerLinks.Config(node(node, 1), nodeTls(node), addresses, listener, links));
  }

  @Override
  public void close() {
    servers.values().forEach(RpcServer::close);
    transport.close();
    assertThat(Leaks.found()).isEmpty();
  }
}
