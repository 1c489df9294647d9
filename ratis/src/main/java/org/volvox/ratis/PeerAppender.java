package org.volvox.ratis;

import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.Timestamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leader's side towards one follower. Entries go one request at a time; heartbeats go beside
 * them, so that a follower whose disk is slow still hears that it is led, and the leader that it
 * follows. Ratis' own default waits for each answer, and cannot say that a snapshot is needed.
 */
final class PeerAppender extends LogAppenderBase {
  private static final Logger LOG = LoggerFactory.getLogger(PeerAppender.class);
  private static final long RETRY_MILLIS = 25;
  private static final long SNAPSHOT_ASK_MILLIS = 100;

  private final PeerRpc rpc;

  /** One permit for whatever happened since the loop last looked: none is lost. */
  private final Semaphore news = new Semaphore(0);

  private Optional<Sent> entries = Optional.empty();
  private Optional<Sent> heartbeat = Optional.empty();
  private Optional<CompletableFuture<InstallSnapshotReplyProto>> notice = Optional.empty();
  private long entriesFromNanos = System.nanoTime();
  private long noticeFromNanos = System.nanoTime();

  /** A request on its way. */
  private record Sent(
      AppendEntriesRequestProto request,
      Timestamp at,
      CompletableFuture<AppendEntriesReplyProto> reply) {
    long first() {
      return request.getEntriesCount() > 0
          ? request.getEntries(0).getIndex()
          : RaftLog.INVALID_LOG_INDEX;
    }
  }

  PeerAppender(RaftServer.Division server, LeaderState state, FollowerInfo follower, PeerRpc rpc) {
    super(server, state, follower);
    this.rpc = rpc;
  }

  @Override
  public long getCallId() {
    return CallId.get();
  }

  @Override
  public Comparator<Long> getCallIdComparator() {
    return CallId.getComparator();
  }

  @Override
  public void notifyLogAppender() {
    if (news.availablePermits() == 0) {
      news.release();
    }
  }

  @Override
  public void run() throws InterruptedException, IOException {
    try {
      while (isRunning()) {
        takeAnswers();
        sendHeartbeat();
        if (entries.isEmpty() && notice.isEmpty()) {
          sendMore(System.nanoTime());
        }
        if (news.tryAcquire(waitMillis(), TimeUnit.MILLISECONDS)) {
          news.drainPermits();
        }
        getLeaderState().checkHealth(getFollower());
      }
    } finally {
      rpc.ended(this);
    }
  }

  private long waitMillis() {
    long until = heartbeat.isPresent() ? RETRY_MILLIS : Math.max(1, getHeartbeatWaitTimeMs());
    return hasAppendEntries() ? Math.min(until, RETRY_MILLIS) : until;
  }

  private void sendHeartbeat() throws IOException {
    boolean isBehind =
        entries.isEmpty()
            && !hasAppendEntries()
            && getFollower().getCommitIndex() < getRaftLog().getLastCommittedIndex();
    if (heartbeat.isEmpty() && (isBehind || getHeartbeatWaitTimeMs() <= 0)) {
      resetHeartbeatTrigger();
      heartbeat = Optional.of(send(newAppendEntriesRequest(CallId.getAndIncrement(), true), true));
    }
  }

  /** The next entries, or word that they are gone and a snapshot has to take their place. */
  private void sendMore(long nowNanos) throws IOException {
    TermIndex first = shouldNotifyToInstallSnapshot();
    if (first != null) {
      if (nowNanos - noticeFromNanos >= 0) {
        tellOfSnapshot(first);
      }
    } else if (hasAppendEntries() && nowNanos - entriesFromNanos >= 0) {
      sendEntries();
    }
  }

  private void sendEntries() throws IOException {
    AppendEntriesRequestProto request = newAppendEntriesRequest(CallId.getAndIncrement(), false);
    if (request != null && request.getEntriesCount() > 0) {
      entries = Optional.of(send(request, false));
    }
  }

  private Sent send(AppendEntriesRequestProto request, boolean isHeartbeat) {
    getFollower().updateLastRpcSendTime(isHeartbeat);
    Sent sent = new Sent(request, Timestamp.currentTime(), rpc.append(getFollowerId(), request));
    var _ = sent.reply().whenComplete((reply, failure) -> notifyLogAppender());
    return sent;
  }

  private void takeAnswers() {
    if (heartbeat.isPresent() && heartbeat.get().reply().isDone()) {
      Sent sent = heartbeat.get();
      heartbeat = Optional.empty();
      answer(sent).ifPresent(reply -> onHeartbeat(sent, reply));
    }
    if (entries.isPresent() && entries.get().reply().isDone()) {
      Sent sent = entries.get();
      entries = Optional.empty();
      Optional<AppendEntriesReplyProto> reply = answer(sent);
      reply.ifPresent(answered -> onEntries(sent, answered));
      if (reply.isEmpty()) {
        entriesFromNanos = in(RETRY_MILLIS);
      }
    }
    if (notice.isPresent() && notice.get().isDone()) {
      CompletableFuture<InstallSnapshotReplyProto> told = notice.get();
      notice = Optional.empty();
      done(told).ifPresent(this::onNotice);
    }
  }

  private static long in(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** The answer, if one came, with what each answer says. */
  private Optional<AppendEntriesReplyProto> answer(Sent sent) {
    Optional<AppendEntriesReplyProto> reply = done(sent.reply());
    reply.ifPresent(answered -> {
      getFollower().updateLastRpcResponseTime();
      getFollower().updateLastRespondedAppendEntriesSendTime(sent.at());
      getLeaderState().onFollowerCommitIndex(getFollower(), answered.getFollowerCommit());
    });
    return reply;
  }

  private <T> Optional<T> done(CompletableFuture<T> future) {
    try {
      return Optional.of(future.get());
    } catch (ExecutionException e) {
      LOG.debug("{} does not answer: {}", getFollowerId(), String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private void onHeartbeat(Sent sent, AppendEntriesReplyProto reply) {
    switch (reply.getResult()) {
      case NOT_LEADER -> onFollowerTerm(reply.getTerm());
      case INCONSISTENCY -> {
        if (entries.isEmpty()) {
          goBack(sent, reply);
        }
      }
      default -> {} // What a follower has is told by the answers to entries.
    }
    getLeaderState().onAppendEntriesReply(this, reply);
  }

  private void onEntries(Sent sent, AppendEntriesReplyProto reply) {
    FollowerInfo follower = getFollower();
    switch (reply.getResult()) {
      case SUCCESS -> {
        if (reply.getNextIndex() > follower.getNextIndex()) {
          follower.updateMatchIndex(reply.getNextIndex() - 1);
          follower.updateNextIndex(reply.getNextIndex());
          getLeaderState().onFollowerSuccessAppendEntries(follower);
        }
      }
      case NOT_LEADER -> onFollowerTerm(reply.getTerm());
      case INCONSISTENCY -> {
        goBack(sent, reply);
        entriesFromNanos = System.nanoTime();
      }
      default -> LOG.warn("{} answers an append with {}", getFollowerId(), reply.getResult());
    }
    getLeaderState().onAppendEntriesReply(this, reply);
  }

  private void goBack(Sent sent, AppendEntriesReplyProto reply) {
    getFollower().setNextIndex(getNextIndexForInconsistency(sent.first(), reply.getNextIndex()));
  }

  private void tellOfSnapshot(TermIndex first) {
    noticeFromNanos = in(SNAPSHOT_ASK_MILLIS);
    getFollower().updateLastRpcSendTime(false);
    CompletableFuture<InstallSnapshotReplyProto> told =
        rpc.notifySnapshot(getFollowerId(), newInstallSnapshotNotificationRequest(first));
    notice = Optional.of(told);
    var _ = told.whenComplete((reply, failure) -> notifyLogAppender());
  }

  private void onNotice(InstallSnapshotReplyProto reply) {
    FollowerInfo follower = getFollower();
    follower.updateLastRpcResponseTime();
    switch (reply.getResult()) {
      case NOT_LEADER -> onFollowerTerm(reply.getTerm());
      case ALREADY_INSTALLED, SNAPSHOT_INSTALLED -> {
        long has = reply.getSnapshotIndex();
        follower.setSnapshotIndex(has);
        follower.setAttemptedToInstallSnapshot();
        getLeaderState().onFollowerCommitIndex(follower, has);
        follower.updateNextIndex(has + 1);
      }
      case SNAPSHOT_UNAVAILABLE -> follower.setAttemptedToInstallSnapshot();
      default -> {} // It is under way, and asked again in a moment.
    }
  }
}
