package org.volvox.cli.beside;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.volvox.console.Extra;
import org.volvox.console.PageServer;
import org.volvox.console.PagesOnDemand;
import org.volvox.console.Visitors;
import org.volvox.gateways.ClientCalls;
import org.volvox.gateways.http.HttpGateway;
import org.volvox.gateways.http.TokenCheck;
import org.volvox.node.Beside;
import org.volvox.node.folder.AccessToken;

/**
 * The pages at each node's own address, and services over HTTP; made by the node's process as a
 * service.
 */
public final class NodePages implements Beside {
  @Override
  public String start(Here here) throws IOException {
    InetAddress address = here.address().getAddress();
    if (!address.isLoopbackAddress()) {
      throw new IOException(
          "no pages at "
              + address.getHostAddress()
              + ": they are served on loopback only; volvox lab serves them here");
    }
    try {
      Visitors visitors = new Visitors();
      Extra calls = new Extra("/rpc", () -> gateway(here, visitors));
      List<Extra> extras = new ArrayList<>(WatchPages.of(here));
      extras.add(calls);
      PagesOnDemand pages = PagesOnDemand.start(address, PageServer.NODE_PORT, extras, visitors);
      return "the lab is at "
          + pages.lab()
          + ", services over HTTP at "
          + pages.at("/rpc/")
          + ", measures at "
          + pages.at("/metrics");
    } catch (IOException e) {
      throw new IOException("no pages at " + e.getMessage(), e);
    }
  }

  private static HttpGateway gateway(Here here, Visitors visitors) {
    return new HttpGateway(
        new ClientCalls(() -> OwnClient.open(here, "HTTP")),
        new TokenCheck(here.folder().resolve(AccessToken.DIGEST_FILE)),
        (port, then) -> visitors.onGone(port, then)::close);
  }
}
