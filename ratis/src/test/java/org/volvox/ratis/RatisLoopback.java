package org.volvox.ratis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftGroupId;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.consensus.raft.Membership;
import org.volvox.node.engine.LogNetwork;
import org.volvox.node.engine.LogParts;
import org.volvox.node.event.Journal;
import org.volvox.node.group.GroupClock;
import org.volvox.node.group.LogBounds;
import org.volvox.node.group.LoopbackCluster;
import org.volvox.node.group.ReplicatedLog;

/** Members of Ratis that ask each other in one process. */
final class RatisLoopback extends LoopbackCluster {
  private static final RaftGroupId GROUP = RaftGroupId.valueOf(new UUID(0, 1));

  private final LogBounds bounds;

  RatisLoopback(Path folder, int size, LogBounds bounds) {
    super(folder, size, bounds);
    this.bounds = bounds;
  }

  @Override
  protected Member open(Opening opening) throws Exception {
    Path wal = Files.createDirectories(opening.folder().resolve("wal"));
    EventStamp stamp =
        new EventStamp(new LamportTime(1), new EventId(new Origin.Node(opening.node()), 1));
    Journal journal = (kind, what, cause, about) -> stamp;
    RatisLog log =
        RatisLog.open(
            new RatisLog.Place(opening.node(), GROUP, wal, bounds),
            new LogParts(
                new LogParts.Surroundings(opening.host(), new Network(opening.node()), journal),
                Membership.of(opening.nodes()),
                new GroupClock(),
                opening.state()),
            () -> {});
    return new Running(log);
  }

  private record Running(RatisLog ratis) implements Member {
    @Override
    public ReplicatedLog log() {
      return ratis;
    }

    @Override
    public void stop() throws Exception {
      ratis.stop();
    }
  }

  /** One's way to the others: to ask over a cut link is to wait for nothing. */
  private final class Network implements LogNetwork {
    private final NodeId self;

    Network(NodeId self) {
      this.self = self;
    }

    @Override
    public void send(NodeId to, Bytes message) {
      throw new IllegalStateException("Ratis asks, it does not send");
    }

    @Override
    public CompletableFuture<Bytes> ask(NodeId to, Bytes question, Duration within) {
      CompletableFuture<Bytes> answer = new CompletableFuture<>();
      Optional<ReplicatedLog> other = running(to);
      if (other.isEmpty()) {
        answer.completeExceptionally(
            new CallException(CallStatus.UNAVAILABLE, to + " does not run"));
      } else if (reaches(self, to)) {
        Thread.ofVirtual().start(() -> serve((RatisLog) other.get(), to, question, answer));
      }
      return answer.orTimeout(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void serve(RatisLog log, NodeId to, Bytes question, CompletableFuture<Bytes> answer) {
      try {
        Bytes answered = log.answer(self, question);
        if (reaches(self, to)) {
          answer.complete(answered);
        }
      } catch (CallException e) {
        answer.completeExceptionally(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
