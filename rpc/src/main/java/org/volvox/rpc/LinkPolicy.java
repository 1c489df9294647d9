package org.volvox.rpc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;

/**
 * Faults put on the links between this node and others, for local clusters only: {@link #disabled}
 * is what every other node carries and it refuses to be changed. The connection shell asks it for
 * each frame; a cut looks like a silent link. Thread-safe.
 */
public final class LinkPolicy {
  /** What happens to one peer's link. */
  public record Link(LinkRule out, LinkRule in) {
    public static final Link CLEAR = new Link(LinkRule.NONE, LinkRule.NONE);
  }

  private final boolean enabled;
  private final Map<NodeId, Link> links = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile long leaderlessUntilNanos = System.nanoTime();
  private volatile Consumer<Bytes> tap = frame -> {};

  private LinkPolicy(boolean enabled) {
    this.enabled = enabled;
  }

  public static LinkPolicy disabled() {
    return new LinkPolicy(false);
  }

  /** For the nodes of a local cluster. */
  public static LinkPolicy enabled() {
    return new LinkPolicy(true);
  }

  public boolean isEnabled() {
    return enabled;
  }

  /** Sets both directions of the link to a peer; takes effect at once on open connections. */
  public void set(NodeId peer, LinkRule out, LinkRule in) {
    if (!enabled) {
      throw new IllegalStateException("link faults are for local clusters only");
    }
    links.put(peer, new Link(out, in));
    changed();
  }

  /** No message of Raft passes for so long: the cluster has no leader, and all else goes on. */
  public void leaderless(Duration time) {
    if (!enabled) {
      throw new IllegalStateException("elections are held off in local clusters only");
    }
    leaderlessUntilNanos = System.nanoTime() + time.toNanos();
  }

  public boolean isLeaderless() {
    return enabled && leaderlessUntilNanos - System.nanoTime() > 0;
  }

  /** Clears all faults. */
  public void heal() {
    links.clear();
    leaderlessUntilNanos = System.nanoTime();
    changed();
  }

  /** The link to a peer as it is now. */
  public Link link(NodeId peer) {
    return enabled ? links.getOrDefault(peer, Link.CLEAR) : Link.CLEAR;
  }

  /** Shows every frame that this node receives, as its bytes came off TLS or the socket. */
  public void tap(Consumer<Bytes> watcher) {
    if (!enabled) {
      throw new IllegalStateException("frames are shown in local clusters only");
    }
    tap = watcher;
  }

  void show(byte[] frame) {
    if (enabled) {
      tap.accept(Bytes.wrap(frame));
    }
  }

  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  void removeOnChange(Runnable listener) {
    listeners.remove(listener);
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }
}
