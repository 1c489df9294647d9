package org.volvox.node.snapshot;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.snapshot.SnapshotCheck;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.message.SnapshotMessage;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.node.block.BlockTransfer;
import org.volvox.node.group.Snapshots;
import org.volvox.node.group.StateMark;
import org.volvox.node.serve.Signal;
import org.volvox.rpc.OutboundCall;
import org.volvox.storage.StagedState;
import org.volvox.storage.StateStore;

/**
 * Fetches the snapshot that the group asks for, on its own thread, and stages it beside the store.
 *
 * <ol>
 *   <li>It asks one member after the other until one serves; a stream that breaks goes on at the
 *       same member behind the last key, or from the start elsewhere.
 *   <li>In memory is one chunk; the call's window holds its sender back.
 *   <li>Every call has a deadline, and one that brings nothing new ends the try.
 * </ol>
 */
public final class SnapshotFetch implements Snapshots, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFetch.class);

  /** For 16 MiB; a member that takes longer is worth leaving. */
  private static final Duration PIECE_WITHIN = Duration.ofSeconds(30);

  private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(300);
  private static final Duration BEFORE_RESUME = Duration.ofMillis(500);

  /** With the pauses, as long as a link takes to be dialled again twice. */
  private static final int BREAKS_IN_A_ROW_MAX = 8;

  private static final long TELL_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

  private final NodeId self;
  private final ClusterId cluster;
  private final StateStore store;
  private final Consumer<String> onFailure;
  private Optional<Thread> thread = Optional.empty();
  private final Signal changed = new Signal();
  private final Signal never = new Signal();
  private volatile String progress = "";
  private Optional<LogIndex> wanted = Optional.empty();
  private boolean dropWanted;

  /** What the group was told of and has neither installed nor dropped: it must stay staged. */
  private Optional<LogIndex> told = Optional.empty();

  /** Whom to ask for a snapshot that goes at least so far, best first. */
  public interface Sources {
    List<NodeId> inOrder(LogIndex atLeast);
  }

  /** The others, who are there only after the group is. */
  public record Network(BlockTransfer.Opener opener, Sources sources) {}

  /** Is told of each snapshot that is staged whole. */
  public interface Done {
    void fetched(SnapshotPart.Header header, MembersAt members);
  }

  /**
   * @param onFailure ends the node: its disk does not do its work
   */
  public SnapshotFetch(
      NodeId self, ClusterId cluster, StateStore store, Consumer<String> onFailure) {
    this.self = self;
    this.cluster = cluster;
    this.store = store;
    this.onFailure = onFailure;
  }

  public void start(Network network, Done done) {
    Work work = new Work(network, done);
    thread = Optional.of(Thread.ofPlatform().daemon().name(self + "-snapshot").start(work::run));
  }

  /** How a fetch goes, for people; empty when none is under way. */
  public String progress() {
    return progress;
  }

  @Override
  public void fetch(LogIndex atLeast) {
    synchronized (this) {
      wanted = Optional.of(atLeast);
    }
    changed.wake();
  }

  @Override
  public void drop() {
    synchronized (this) {
      wanted = Optional.empty();
      told = Optional.empty();
      dropWanted = true;
    }
    changed.wake();
  }

  @Override
  public void install(LogIndex index) throws IOException {
    LogIndex staged = store.staged().map(found -> found.header().index()).orElse(LogIndex.ZERO);
    if (!staged.equals(index)) {
      throw new IOException("entry " + index + "'s snapshot is wanted, staged is " + staged);
    }
    store.swap();
    synchronized (this) {
      told = Optional.empty();
      wanted = wanted.filter(atLeast -> atLeast.isAfter(index));
    }
    changed.wake();
    LOG.info("the state is now the snapshot of entry {}", index);
  }

  @Override
  public void close() {
    thread.ifPresent(Thread::interrupt);
  }

  private synchronized Optional<LogIndex> wanted() {
    return wanted;
  }

  /**
   * What is to be fetched now: nothing while the group has yet to take or drop what it was told.
   */
  private synchronized boolean mayFetch() {
    return wanted.isPresent() && told.isEmpty();
  }

  private synchronized boolean takeDrop() {
    boolean drop = dropWanted;
    dropWanted = false;
    return drop;
  }

  /** The thread's work, with what it needs of the others. */
  private final class Work {
    private final Network network;
    private final Done done;
    private long tellNanos;

    Work(Network network, Done done) {
      this.network = network;
      this.done = done;
    }

    private void run() {
      try {
        while (true) {
          if (takeDrop()) {
            store.dropStaged();
          }
          if (!mayFetch()) {
            var _ = changed.await(Duration.ofDays(1));
          } else {
            round();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ClosedByInterruptException e) {
        Thread.currentThread().interrupt(); // Closed amid a write of its own.
      } catch (IOException | RuntimeException e) {
        LOG.error("a snapshot could not be staged", e);
        onFailure.accept("a snapshot could not be staged: " + e.getMessage());
      }
    }

    /** Asks each member once, until one has served. */
    private void round() throws IOException, InterruptedException {
      Optional<LogIndex> atLeast = wanted();
      if (atLeast.isEmpty()) {
        return;
      }
      String refusals = "no member is up that has entry " + atLeast.get();
      for (NodeId source : network.sources().inOrder(atLeast.get())) {
        try {
          if (fetchFrom(source)) {
            return;
          }
        } catch (CallException e) {
          refusals = source + ": " + e.getMessage();
          LOG.info("no snapshot from {}: {}", source, e.getMessage());
        } finally {
          progress = "";
        }
      }
      progress = "waits for a snapshot (" + refusals + ")";
      tell("no snapshot of entry " + atLeast.get() + " yet: " + refusals);
      var _ = never.await(BETWEEN_ROUNDS);
    }

    /** False if it is not wanted any more. */
    private boolean fetchFrom(NodeId source)
        throws CallException, IOException, InterruptedException {
      try (StagedState staged = store.stage()) {
        Stream stream = new Stream(source, staged);
        int breaks = 0;
        while (!staged.check().isComplete()) {
          if (!isWanted(staged.check())) {
            return false;
          }
          long before = staged.check().pairs();
          try {
            stream.piece();
            breaks = 0;
          } catch (CallException e) {
            breaks = staged.check().pairs() > before ? 1 : breaks + 1;
            if (!stream.mayGoOn(e) || breaks > BREAKS_IN_A_ROW_MAX) {
              throw e;
            }
            LOG.info("the snapshot from {} broke off and goes on: {}", source, e.getMessage());
            var _ = never.await(BEFORE_RESUME);
          }
        }
        return finished(source, staged.check());
      }
    }

    private boolean finished(NodeId source, SnapshotCheck check) throws CallException {
      SnapshotPart.Header header = check.header().orElseThrow();
      MembersAt members = membersOf(header);
      synchronized (this) {
        if (!isWanted(check)) {
          return false;
        }
        wanted = Optional.empty();
        told = Optional.of(header.index());
      }
      LOG.info(
          "fetched the snapshot of entry {} from {}: {} pairs, {} bytes",
          header.index(),
          source,
          check.pairs(),
          check.bytes());
      done.fetched(header, members);
      return true;
    }

    private static MembersAt membersOf(SnapshotPart.Header header) throws CallException {
      try {
        return StateMark.decode(header.membership());
      } catch (MalformedException e) {
        throw new CallException(
            CallStatus.MALFORMED, "the snapshot's membership cannot be read: " + e.getMessage());
      }
    }

    /** Whether what is being fetched, or will be, still serves. */
    private synchronized boolean isWanted(SnapshotCheck check) {
      LogIndex has =
          check.header().map(SnapshotPart.Header::index).orElse(new LogIndex(Long.MAX_VALUE));
      return wanted.isPresent() && has.compareTo(wanted.get()) >= 0;
    }

    private void tell(String what) {
      long now = System.nanoTime();
      if (now - tellNanos > TELL_EVERY_NANOS) {
        tellNanos = now;
        LOG.info("{}", what);
      }
    }

    /** One snapshot of one source, over as many calls as it takes. */
    private final class Stream {
      private final NodeId source;
      private final StagedState staged;
      private Optional<Long> number = Optional.empty();

      Stream(NodeId source, StagedState staged) {
        this.source = source;
        this.staged = staged;
      }

      /** Whether the same source may go on with it after this. */
      boolean mayGoOn(CallException e) {
        boolean isOver =
            switch (e.status()) {
              case NOT_FOUND, MALFORMED, NOT_ALLOWED, OTHER_CLUSTER, UNKNOWN_METHOD, VERSION ->
                  true;
              default -> false;
            };
        return number.isPresent() && !isOver;
      }

      void piece() throws CallException, IOException, InterruptedException {
        LogIndex atLeast = wanted().orElse(LogIndex.ZERO);
        var fetch =
            new SnapshotMessage.Fetch(
                atLeast,
                number.map(at -> new SnapshotMessage.Resume(at, staged.check().lastKey())));
        try (OutboundCall call =
            network.opener().open(source, Lane.DATA, Method.PEER_SNAPSHOT, PIECE_WITHIN)) {
          call.send(fetch.encode());
          call.finish();
          var offer = SnapshotMessage.Offer.decode(next(call));
          takeHeader(SnapshotPart.decode(next(call)), atLeast);
          number = Optional.of(offer.number());
          long before = staged.check().pairs();
          for (Optional<Bytes> part = call.receive(); part.isPresent(); part = call.receive()) {
            staged.accept(SnapshotPart.decode(part.get()));
            say(offer);
            if (!isWanted(staged.check())) {
              return;
            }
          }
          if (!staged.check().isComplete() && staged.check().pairs() == before) {
            throw new CallException(CallStatus.MALFORMED, source + " sent a piece of nothing");
          }
        } catch (MalformedException e) {
          throw new CallException(CallStatus.MALFORMED, source + ": " + e.getMessage());
        }
      }

      private void takeHeader(SnapshotPart part, LogIndex atLeast)
          throws MalformedException, IOException {
        if (!(part instanceof SnapshotPart.Header header)
            || !header.cluster().equals(cluster)
            || header.group() != 0
            || header.index().compareTo(atLeast) < 0) {
          throw new MalformedException("not the snapshot that was asked for: " + part);
        }
        if (staged.check().header().isEmpty()) {
          LOG.info("{} fetches the snapshot of entry {} from {}", self, header.index(), source);
        }
        staged.accept(header);
      }

      private Bytes next(OutboundCall call)
          throws CallException, MalformedException, InterruptedException {
        return call.receive()
            .orElseThrow(() -> new MalformedException("the answer ends too early"));
      }

      private void say(SnapshotMessage.Offer offer) {
        long megabytes = staged.check().bytes() >> 20;
        progress =
            "fetches a snapshot from "
                + source
                + ", "
                + megabytes
                + " MB"
                + (offer.bytes() > 0
                    ? ", the store there has " + (offer.bytes() >> 20) + " MB"
                    : "");
        tell(progress);
      }
    }
  }
}
