package org.volvox.node.block;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;

/**
 * Collects the copies of one block; the last one frees its memory. Who waits is answered as soon as
 * enough of those that count have it; the others go on, and are laggards meanwhile.
 */
final class CopyFan {
  /** What became of one copy; empty if it is durable. */
  record Copy(NodeId holder, Optional<String> failure, boolean wantsRoom) {}

  private final LinkedBlockingQueue<Copy> copies = new LinkedBlockingQueue<>();
  private final PlacementTable.Group group;
  private final int bytes;
  private final Laggards laggards;
  private final Runnable whenAllDone;
  private final Set<NodeId> open = new TreeSet<>();
  private boolean isAnswered;

  CopyFan(PlacementTable.Group group, int bytes, Laggards laggards, Runnable whenAllDone) {
    this.group = group;
    this.bytes = bytes;
    this.laggards = laggards;
    this.whenAllDone = whenAllDone;
  }

  /** Who is to be sent the block: all but those far behind, where enough are not. */
  List<NodeId> begin() {
    List<NodeId> slow = new ArrayList<>(group.assigned());
    slow.removeIf(holder -> !laggards.isFarBehind(holder));
    List<NodeId> taking = new ArrayList<>(group.assigned());
    taking.removeAll(slow);
    if (counted(taking) < group.quorum()) {
      taking = group.assigned();
      slow = List.of();
    }
    open.addAll(taking);
    slow.forEach(holder ->
        copies.add(new Copy(holder, Optional.of(holder + " is slow and far behind"), false)));
    return List.copyOf(taking);
  }

  void done(Copy copy) {
    boolean isLast;
    synchronized (this) {
      open.remove(copy.holder());
      isLast = open.isEmpty();
      if (isAnswered) {
        laggards.cameAfter(copy.holder(), bytes);
      }
    }
    copies.add(copy);
    if (isLast) {
      whenAllDone.run();
    }
  }

  /** Who has it as soon as enough of those that count do, with those that are done by then. */
  List<NodeId> await(Duration timeout) throws CallException, InterruptedException {
    try {
      return collect(timeout);
    } finally {
      answered();
    }
  }

  private synchronized void answered() {
    isAnswered = true;
    open.forEach(holder -> laggards.fellBehind(holder, bytes));
  }

  private int counted(List<NodeId> have) {
    return (int) have.stream().filter(group.holders()::contains).count();
  }

  private List<NodeId> collect(Duration timeout) throws CallException, InterruptedException {
    int wanted = group.assigned().size();
    int quorum = group.quorum();
    List<NodeId> have = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    int full = 0;
    long deadline = System.nanoTime() + timeout.toNanos();
    while (have.size() + failures.size() < wanted
        && (counted(have) < quorum || !copies.isEmpty())) {
      @Nullable Copy copy = copies.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (copy == null) {
        throw new CallException(
            CallStatus.DEADLINE, "stored on " + have + " only before the deadline");
      }
      copy.failure().ifPresentOrElse(failures::add, () -> have.add(copy.holder()));
      full += copy.wantsRoom() && group.holders().contains(copy.holder()) ? 1 : 0;
    }
    int counted = counted(have);
    if (counted < quorum) {
      // Only where the others would not do either is a full disk the reason, and waiting no use.
      throw new CallException(
          group.holders().size() - full < quorum ? CallStatus.NO_ROOM : CallStatus.FAILED,
          "stored on "
              + counted
              + (counted == 1 ? " node, " : " nodes, ")
              + quorum
              + " are needed: "
              + failures.stream().sorted().collect(Collectors.joining("; ")));
    }
    have.sort(null);
    return have;
  }
}
