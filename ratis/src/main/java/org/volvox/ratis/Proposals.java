package org.volvox.ratis;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.machine.Command;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandOutcome.RefusedBecause;
import org.volvox.node.group.CommittedEntries;
import org.volvox.node.group.LogHost;

/**
 * Commands on their way into Ratis, in order: one thread stamps each and hands it in, so that
 * stamps grow along the log and no caller waits for a full queue of Ratis.
 *
 * <p>Ratis answers a command that a leader appended before it lost its place as it answers one that
 * came to the wrong node: by NotLeaderException. So what was about to be appended is noted, and
 * whatever Ratis says of it but success is Unknown; only what never came so far is Refused.
 */
final class Proposals {
  static final ByteCount MEMORY_MAX = new ByteCount(RatisSettings.PROPOSAL_BYTES_MAX);

  private final NodeId self;
  private final LogHost host;
  private final Door door;
  private final ClientId client = ClientId.randomId();
  private final Map<Long, Proposal> open = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Proposal> queue = new LinkedBlockingQueue<>();
  private final Semaphore count = new Semaphore(RatisSettings.PROPOSALS_MAX);
  private final Semaphore bytes = new Semaphore(RatisSettings.PROPOSAL_BYTES_MAX);
  private final Thread thread;
  private volatile boolean isStopped;

  /** Ratis, as commands come into it. */
  interface Door {
    RaftClientRequest.Builder request();

    CompletableFuture<RaftClientReply> submit(RaftClientRequest request) throws IOException;
  }

  /** A command that is not answered yet. */
  private static final class Proposal {
    private final long callId = CallId.getAndIncrement();
    private final Bytes command;
    private final CompletableFuture<CommandOutcome> outcome = new CompletableFuture<>();
    private volatile boolean isAppending;

    Proposal(Bytes command) {
      this.command = command;
    }
  }

  Proposals(NodeId self, LogHost host, Door door) {
    this.self = self;
    this.host = host;
    this.door = door;
    this.thread = new Thread(this::run, self + "-proposals");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  CompletableFuture<CommandOutcome> propose(Bytes command) {
    if (isStopped) {
      return refused(RefusedBecause.NO_LEADER, "the node is stopping");
    }
    if (command.length() > Command.BYTES_MAX) {
      return refused(
          RefusedBecause.FINAL,
          "a command of " + command.length() + " bytes; the most is " + Command.BYTES_MAX);
    }
    if (!count.tryAcquire()) {
      return refused(RefusedBecause.BUSY, "too many commands wait");
    }
    if (!bytes.tryAcquire(command.length())) {
      count.release();
      return refused(RefusedBecause.BUSY, "too many commands wait");
    }
    Proposal proposal = new Proposal(command);
    open.put(proposal.callId, proposal);
    var _ =
        proposal.outcome.whenComplete((outcome, failure) -> {
          open.remove(proposal.callId);
          bytes.release(command.length());
          count.release();
        });
    queue.add(proposal);
    if (isStopped) {
      abandon(); // Who stopped may have looked before it was there.
    }
    return proposal.outcome;
  }

  /** The entry of this request is about to be appended. */
  void appending(long callId) {
    Proposal proposal = open.get(callId);
    if (proposal != null) {
      proposal.isAppending = true;
    }
  }

  private void run() {
    try {
      while (!isStopped) {
        submit(queue.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void submit(Proposal proposal) {
    Bytes entry = CommittedEntries.stamped(host.stamp(), proposal.command);
    RaftClientRequest request =
        door.request()
            .setClientId(client)
            .setCallId(proposal.callId)
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry.toArray())))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      var _ =
          door.submit(request)
              .whenComplete((reply, failure) ->
                  proposal.outcome.complete(
                      failure == null ? outcome(proposal, reply) : failed(proposal, failure)));
    } catch (IOException | RuntimeException e) {
      proposal.outcome.complete(failed(proposal, e));
    }
  }

  private CommandOutcome outcome(Proposal proposal, RaftClientReply reply) {
    if (!reply.isSuccess()) {
      return failed(proposal, reply.getException());
    }
    if (reply.getMessage() instanceof KernelMachine.Lost) {
      return new CommandOutcome.Unknown("the node stopped");
    }
    return new CommandOutcome.Done(Bytes.wrap(reply.getMessage().getContent().toByteArray()));
  }

  private CommandOutcome failed(Proposal proposal, @Nullable Throwable why) {
    if (proposal.isAppending) {
      return new CommandOutcome.Unknown(self + " no longer leads");
    }
    if (why instanceof NotLeaderException elsewhere && elsewhere.getSuggestedLeader() != null) {
      NodeId leader = Indexes.node(elsewhere.getSuggestedLeader().getId());
      if (!leader.equals(self)) {
        return new CommandOutcome.Refused(
            RefusedBecause.NO_LEADER, Optional.of(leader), leader + " leads");
      }
    }
    if (why instanceof ResourceUnavailableException) {
      return new CommandOutcome.Refused(
          RefusedBecause.BUSY, Optional.empty(), "too much waits to be committed");
    }
    return new CommandOutcome.Refused(
        RefusedBecause.NO_LEADER, Optional.empty(), "no leader is known to " + self);
  }

  private static CompletableFuture<CommandOutcome> refused(RefusedBecause why, String reason) {
    return CompletableFuture.completedFuture(
        new CommandOutcome.Refused(why, Optional.empty(), reason));
  }

  /** Takes no more in, and ends the thread. */
  void stop() throws InterruptedException {
    isStopped = true;
    thread.interrupt();
    if (thread.isAlive()) {
      thread.join();
    }
  }

  /** Answers what nobody else will: it may be in the log. */
  void abandon() {
    open.values()
        .forEach(each -> each.outcome.complete(new CommandOutcome.Unknown("the node stopped")));
  }
}
