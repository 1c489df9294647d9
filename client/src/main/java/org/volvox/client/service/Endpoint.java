package org.volvox.client.service;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/** Where a program listens for calls, as a text in the directory: for all, or for its machine. */
sealed interface Endpoint {
  /** {@code tls:HOST:PORT}; an IPv6 address in brackets. */
  record Tls(String host, int port) implements Endpoint {
    InetSocketAddress address() {
      return new InetSocketAddress(host, port);
    }

    static Tls of(InetSocketAddress address) {
      InetAddress host = address.getAddress();
      return new Tls(host.getHostAddress(), address.getPort());
    }

    @Override
    public String toString() {
      return "tls:" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** {@code unix:/path}. */
  record Unix(Path path) implements Endpoint {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** Empty for a kind of which this version has not heard. */
  static Optional<Endpoint> parse(String text) {
    if (text.startsWith("unix:/")) {
      return Optional.of(new Unix(Path.of(text.substring("unix:".length()))));
    }
    int colon = text.lastIndexOf(':');
    if (!text.startsWith("tls:") || colon <= "tls:".length()) {
      return Optional.empty();
    }
    String host = text.substring("tls:".length(), colon);
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      boolean isPort = port >= 0 && port <= 0xFFFF;
      String bare =
          host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
      return isPort ? Optional.of(new Tls(bare, port)) : Optional.empty();
    } catch (NumberFormatException notAPort) {
      return Optional.empty();
    }
  }
}
