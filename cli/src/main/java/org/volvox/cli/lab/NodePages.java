package org.volvox.cli.lab;

import java.io.IOException;
import java.net.InetAddress;
import org.volvox.console.PageServer;
import org.volvox.console.PagesOnDemand;
import org.volvox.node.Beside;

/** The pages at each node's own address; made by the node's process as a service. */
public final class NodePages implements Beside {
  @Override
  public String start(InetAddress address) throws IOException {
    if (!address.isLoopbackAddress()) {
      throw new IOException(
          "no pages at "
              + address.getHostAddress()
              + ": they are served on loopback only; volvox lab serves them here");
    }
    try {
      return "the lab is at " + PagesOnDemand.start(address, PageServer.NODE_PORT).lab();
    } catch (IOException e) {
      throw new IOException("no pages at " + e.getMessage(), e);
    }
  }
}
