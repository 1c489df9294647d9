package org.volvox.cli.beside;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import org.volvox.gateways.ClientCalls;
import org.volvox.gateways.jsonrpc.JsonRpcGateway;
import org.volvox.node.Beside;
import org.volvox.rpc.SecuredSocket;
import org.volvox.rpc.TlsMaterial;

/** Services over JSON-RPC at each node's own address; made by the node's process as a service. */
public final class NodeJsonRpc implements Beside {
  private static final Duration HANDSHAKE_MAX = Duration.ofSeconds(10);

  @Override
  public String start(Here here) throws IOException {
    InetSocketAddress at =
        new InetSocketAddress(here.address().getAddress(), JsonRpcGateway.NODE_PORT);
    Securing securing = new Securing(here);
    ClientCalls calls = new ClientCalls(() -> OwnClient.open(here, "JSON-RPC"));
    try {
      JsonRpcGateway.start(at, securing, calls);
      return "services over JSON-RPC at " + at.getHostString() + ":" + at.getPort();
    } catch (IOException e) {
      throw new IOException("no JSON-RPC at " + e.getMessage(), e);
    }
  }

  /** With the node's certificate, read for the first connection. */
  private static final class Securing implements JsonRpcGateway.Securing {
    private final Here here;
    private Optional<TlsMaterial> material = Optional.empty();

    Securing(Here here) {
      this.here = here;
    }

    @Override
    public SecuredSocket secure(Socket accepted) throws IOException, CertificateException {
      return SecuredSocket.accept(accepted, material(), HANDSHAKE_MAX);
    }

    private synchronized TlsMaterial material() throws IOException {
      if (material.isEmpty()) {
        material = Optional.of(TlsMaterial.load(here.folder().resolve("tls")));
      }
      return material.get();
    }
  }
}
