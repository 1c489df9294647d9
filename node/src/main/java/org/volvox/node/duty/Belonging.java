package org.volvox.node.duty;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.message.MemberMessage;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Role;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.Peers;

/**
 * Finds out whether a node that hears no leader still belongs to the cluster: those who do have
 * closed their links to one that was removed, so that it has to ask. As no id is used twice, a
 * membership that is committed, has given the id out and does not name it is proof.
 */
public final class Belonging implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(500);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

  /** Whatever it hears, a node asks after so many turns. */
  private static final int ANYWAY_TURNS = 10;

  private final NodeId self;
  private final Parts parts;
  private final Ticker ticker;
  private long turns;
  private long heardNanos;
  private boolean wasLeaderless;
  private boolean isTold;

  /** What it looks at, and who is told that this node was removed. */
  public record Parts(
      ReplicatedLog group, Members members, Peers peers, Peers.Asker asker, Runnable onRemoved) {}

  public Belonging(NodeId self, Parts parts, Consumer<String> onFailure) {
    this.self = self;
    this.parts = parts;
    this.ticker = new Ticker(self + "-belonging", EVERY, this::turn, onFailure);
  }

  public void start() {
    ticker.start();
  }

  @Override
  public void close() {
    ticker.close();
  }

  private void turn() throws InterruptedException {
    RaftView view = parts.group().view();
    boolean isLeaderless = hearsNoLeader(view);
    turns++;
    // One that joins may be told by others that a leader works, which is no leader of its own.
    boolean isTime = turns % ANYWAY_TURNS == 0 && view.role() != Role.LEADER;
    if (((isLeaderless && wasLeaderless) || isTime) && !isTold) {
      for (NodeId node : parts.members().peers().keySet()) {
        if (!isTold && saysRemoved(node)) {
          isTold = true;
          parts.onRemoved().run();
        }
      }
    }
    wasLeaderless = isLeaderless;
  }

  /** A node without a vote never doubts its leader by itself, however long that is silent. */
  private boolean hearsNoLeader(RaftView view) {
    boolean isSilent = view.leaderContactNanos() == heardNanos;
    heardNanos = view.leaderContactNanos();
    return view.leader().isEmpty() || (isSilent && view.role() != Role.LEADER);
  }

  private boolean saysRemoved(NodeId node) throws InterruptedException {
    CompletableFuture<Bytes> asked =
        parts
            .asker()
            .ask(
                node,
                Lane.CALLS,
                Method.MEMBER,
                new MemberMessage.Request.Show().encode(),
                ANSWER_WITHIN);
    try {
      MemberMessage.Answer answer =
          MemberMessage.Answer.decode(asked.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
      return !answer.isChanging() && answer.lastId() >= self.value() && answer.row(self).isEmpty();
    } catch (ExecutionException | TimeoutException | MalformedException e) {
      return false; // The next one may know.
    }
  }
}
