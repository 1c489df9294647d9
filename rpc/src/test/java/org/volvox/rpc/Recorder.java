package org.volvox.rpc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;

/** A {@link PeerListener} that remembers, and waits for what is expected. */
final class Recorder implements PeerListener {
  private final List<String> messages = new ArrayList<>();
  private final List<NodeId> gone = new ArrayList<>();

  @Override
  public synchronized void onMessage(NodeId from, Bytes message) {
    messages.add(from + " " + message.utf8());
    notifyAll();
  }

  @Override
  public synchronized void onPeerGone(NodeId peer, String why) {
    gone.add(peer);
    notifyAll();
  }

  synchronized List<String> messages() {
    return List.copyOf(messages);
  }

  synchronized List<NodeId> gone() {
    return List.copyOf(gone);
  }

  /** Waits until the condition holds; false if it does not within the time. */
  synchronized boolean waitFor(Predicate<Recorder> condition, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.test(this)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
