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
import org.volvox.node.group.RaftGroup;
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

  private final NodeId self;
  private final Parts parts;
  private final Ticker ticker;
  private boolean wasLeaderless;
  private boolean isTold;

  /** What it looks at, and who is told that this node was removed. */
  public record Parts(
      RaftGroup group, Members members, Peers peers, Peers.Asker asker, Runnable onRemoved) {}

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
    boolean isLeaderless = parts.group().view().leader().isEmpty();
    if (isLeaderless && wasLeaderless && !isTold) {
      for (NodeId node : parts.members().peers().keySet()) {
        if (!isTold && saysRemoved(node)) {
          isTold = true;
          parts.onRemoved().run();
        }
      }
    }
    wasLeaderless = isLeaderless;
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
