package org.volvox.ratis;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Term;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Recovered.Place;
import org.volvox.node.group.CommittedEntries;

/**
 * What Ratis takes for its state machine: hands each committed entry to the node's own, in order,
 * and says from where on Ratis has to replay. A "snapshot" of Ratis is the node's store as far as
 * it is durable: it is never copied for Ratis.
 */
final class KernelMachine extends BaseStateMachine {
  /** The answer to an entry whose effect will not be seen here. */
  record Lost() implements Message {
    @Override
    public ByteString getContent() {
      return ByteString.EMPTY;
    }
  }

  private final CommittedEntries committed;
  private final Events events;
  private volatile @Nullable SnapshotInfo durable;

  /** Who hears of what Ratis tells; none may block. */
  interface Events {
    /** The entry of this request is about to be appended: from now on nobody may refuse it. */
    void appending(long callId);

    /** An entry is committed. */
    void committed();

    /** The role or the leader may have changed. */
    void changed();

    /** The log cannot be written any more. */
    void failed(Throwable cause);

    /** Entries are needed that nobody's log has any more; answers with the snapshot's last. */
    CompletableFuture<TermIndex> snapshotNeeded(TermIndex first);
  }

  KernelMachine(CommittedEntries committed, Place durable, Events events) {
    this.committed = committed;
    this.events = events;
    if (!durable.equals(Place.ZERO)) {
      durable(durable);
    }
  }

  /** The store is durable up to there, or was replaced by one that is. */
  void durable(Place place) {
    TermIndex at = Indexes.theirs(place);
    durable = new Durable(at);
    if (at.compareTo(getLastAppliedTermIndex()) > 0) {
      setLastAppliedTermIndex(at);
    }
  }

  private record Durable(TermIndex at) implements SnapshotInfo {
    @Override
    public TermIndex getTermIndex() {
      return at;
    }

    @Override
    public List<FileInfo> getFiles() {
      return List.of();
    }
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return durable;
  }

  @Override
  public long takeSnapshot() {
    SnapshotInfo latest = durable;
    return latest == null ? -1 : latest.getIndex();
  }

  @Override
  public TransactionContext preAppendTransaction(TransactionContext transaction) {
    events.appending(transaction.getClientRequest().getCallId());
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    Bytes payload = Bytes.wrap(entry.getStateMachineLogEntry().getLogData().toByteArray());
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    return hand(entry.getTerm(), entry.getIndex(), Entry.Kind.COMMAND, payload)
        .thenApply(outcome ->
            outcome instanceof CommandOutcome.Done(var result)
                ? Message.valueOf(UnsafeByteOperations.unsafeWrap(result.toArray()))
                : new Lost());
  }

  /** An entry of Ratis' own, which changes nothing but the mark. */
  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    updateLastAppliedTermIndex(term, index);
    var _ = hand(term, index, Entry.Kind.NOOP, Bytes.EMPTY);
  }

  private CompletableFuture<CommandOutcome> hand(
      long term, long index, Entry.Kind kind, Bytes payload) {
    events.committed();
    try {
      return committed.add(new Entry(new Term(term), Indexes.ours(index), kind, payload));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CompletableFuture.completedFuture(new CommandOutcome.Unknown("interrupted"));
    }
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    super.initialize(server, group, storage);
    getLifeCycle().transition(LifeCycle.State.STARTING);
    getLifeCycle().transition(LifeCycle.State.RUNNING);
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() {
    getLifeCycle().transition(LifeCycle.State.STARTING);
    getLifeCycle().transition(LifeCycle.State.RUNNING);
  }

  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex first) {
    return events.snapshotNeeded(first);
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
    events.changed();
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    events.changed();
  }

  @Override
  public void notifyLeaderReady() {
    events.changed();
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
    events.failed(cause);
  }
}
