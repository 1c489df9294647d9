package org.volvox.client.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A stretch of network between a caller and a host that can be broken or stall. */
final class Tunnel implements AutoCloseable {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private final ServerSocket door;
  private final InetSocketAddress to;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch flows = new CountDownLatch(0);

  Tunnel(InetSocketAddress to) throws IOException {
    this.to = to;
    door = new ServerSocket(0, 50, HERE);
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Breaks what is connected now. */
  void cut() throws IOException {
    for (Socket each : open) {
      each.close();
    }
    open.clear();
  }

  /** From now on nothing goes through, and nobody is told. */
  void stall() {
    flows = new CountDownLatch(1);
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket in = door.accept();
        Socket out = new Socket(to.getAddress(), to.getPort());
        open.add(in);
        open.add(out);
        Thread.ofVirtual().start(() -> copy(in, out));
        Thread.ofVirtual().start(() -> copy(out, in));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void copy(Socket from, Socket into) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        into) {
      InputStream in = from.getInputStream();
      OutputStream out = into.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        flows.await();
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      return; // It was cut.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    flows.countDown();
    door.close();
    cut();
  }
}
