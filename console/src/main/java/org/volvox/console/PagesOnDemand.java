package org.volvox.console;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Pages that cost a listening socket until somebody looks. The server of HTTP takes a second of the
 * processor and 13 MB to start, which each node's start would pay for pages that hardly anyone
 * opens there; so the first connection starts it, on a port of its own, and all are passed on.
 */
public final class PagesOnDemand implements AutoCloseable {
  /**
   * More than the browsers of one machine open; a bound, so that no stranger holds threads without
   * end.
   */
  private static final int CONNECTIONS_MAX = 64;

  /**
   * How long the next visitor waits for one of them to leave. Those that came and went while the
   * server of HTTP started are found gone only then.
   */
  private static final Duration ROOM_WITHIN = Duration.ofSeconds(5);

  /** What keeps one from accepting, such as too many open files, does not go away at once. */
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  private static final Logger LOG = Logger.getLogger(PagesOnDemand.class.getName());

  private final InetAddress address;
  private final List<Extra> extras;
  private final Visitors visitors;
  private final ServerSocket front;
  private final Semaphore free = new Semaphore(CONNECTIONS_MAX);
  private Optional<PageServer> server = Optional.empty();
  private volatile boolean closed;

  private PagesOnDemand(
      InetAddress address, ServerSocket front, List<Extra> extras, Visitors visitors) {
    this.address = address;
    this.extras = extras;
    this.visitors = visitors;
    this.front = front;
  }

  /**
   * Listens from now on, also for what others serve beside the pages.
   *
   * @param visitors is told of who goes away
   * @throws IOException if it cannot; the message names the address and the reason
   */
  public static PagesOnDemand start(
      InetAddress address, int port, List<Extra> extras, Visitors visitors) throws IOException {
    PageServer.requireLoopback(address);
    try {
      PagesOnDemand pages =
          new PagesOnDemand(
              address, new ServerSocket(port, CONNECTIONS_MAX, address), extras, visitors);
      Thread.ofVirtual().name("pages").start(pages::acceptAll);
      return pages;
    } catch (BindException e) {
      throw new IOException(address.getHostAddress() + ":" + port + ": " + e.getMessage(), e);
    }
  }

  /** Where the lab is. */
  public URI lab() {
    return PageServer.lab(address, front.getLocalPort());
  }

  /** Where a path of it is. */
  public URI at(String path) {
    return lab().resolve(path);
  }

  /** Whether somebody has looked. */
  synchronized boolean isServing() {
    return server.isPresent();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    front.close();
    synchronized (this) {
      server.ifPresent(PageServer::close);
    }
  }

  private void acceptAll() {
    while (!closed) {
      try {
        Socket visitor = front.accept();
        if (free.tryAcquire(ROOM_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
          Thread.ofVirtual().name("page").start(() -> passOn(visitor));
        } else {
          visitor.close();
        }
      } catch (IOException e) {
        if (!closed) {
          LOG.log(Level.WARNING, "pages: {0}", e.getMessage());
          LockSupport.parkNanos(AGAIN_AFTER.toNanos());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private synchronized PageServer server() throws IOException {
    if (server.isEmpty()) {
      server = Optional.of(PageServer.start(address, 0, extras));
    }
    return server.get();
  }

  private void passOn(Socket visitor) {
    try (visitor;
        Socket inner = new Socket(address, server().lab().getPort())) {
      int port = inner.getLocalPort();
      Visitors.Visitor waiting = visitors.come(port);
      try {
        Thread asks =
            Thread.ofVirtual().name("page asks").start(() -> ask(visitor, inner, waiting));
        copy(inner, visitor);
        visitor.close();
        asks.join();
      } finally {
        visitors.leave(port, waiting);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.log(Level.FINE, "a visitor went away: {0}", e.getMessage());
    } finally {
      free.release();
    }
  }

  private static void ask(Socket visitor, Socket inner, Visitors.Visitor waiting) {
    copy(visitor, inner);
    waiting.gone();
  }

  /** Until the end of one direction, which it passes on; a broken connection ends it too. */
  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      LOG.log(Level.FINE, "a connection broke: {0}", e.getMessage());
    }
  }
}
