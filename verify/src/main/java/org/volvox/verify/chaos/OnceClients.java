package org.volvox.verify.chaos;

import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.Status;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;

/**
 * Clients whose requests would be refused if they took effect twice: a directory is made that was
 * not there, a file is moved away and removed. A refusal says that an earlier attempt had its
 * effect already.
 */
final class OnceClients {
  private final LoadStats stats;
  private final AtomicInteger names = new AtomicInteger();

  OnceClients(LoadStats stats) {
    this.stats = stats;
  }

  void run(Volvox volvox, ChaosLoad.Pulse pulse) throws InterruptedException {
    while (pulse.next()) {
      String folder = "/chaos/once-" + names.incrementAndGet();
      String from = folder + "/a";
      String to = folder + "/b";
      // One without an answer ends the chain: what is there then nobody knows.
      boolean _ =
          once(() -> volvox.files().mkdir(folder, false), "mkdir", folder)
              && once(() -> volvox.files().write(from, Bytes.utf8(folder)), "small file", from)
              && once(() -> volvox.files().move(from, to), "move", from)
              && once(() -> volvox.files().remove(to, false), "remove", to)
              && once(() -> volvox.files().remove(folder, false), "remove", folder);
    }
  }

  /** A request of a client's. */
  private interface Request {
    void run() throws VolvoxException, InterruptedException;
  }

  private boolean once(Request request, String what, String path) throws InterruptedException {
    long nanos = System.nanoTime();
    try {
      request.run();
      stats.done(what, System.nanoTime() - nanos);
      return true;
    } catch (VolvoxException e) {
      if (e.is(Status.EXISTS) || e.is(Status.NOT_FOUND) || e.is(Status.NOT_EMPTY)) {
        stats.violation("done twice, or half: " + what + " " + path + ": " + e.getMessage());
      } else {
        stats.failed(what);
      }
      return false;
    }
  }
}
