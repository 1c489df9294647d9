package org.volvox.ratis;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandOutcome.RefusedBecause;
import org.volvox.calls.Method;
import org.volvox.consensus.raft.Effect.RoleChanged;
import org.volvox.consensus.raft.Member;
import org.volvox.consensus.raft.MemberChange;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.consensus.raft.Role;
import org.volvox.node.engine.LogParts;
import org.volvox.node.engine.OpenLog;
import org.volvox.node.event.Elections;
import org.volvox.node.group.CommittedEntries;
import org.volvox.node.group.GroupParts;
import org.volvox.node.group.LogBounds;
import org.volvox.node.group.LogHost;
import org.volvox.node.group.ReadGate;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.node.group.StateMark;
import org.volvox.rpc.InboundCall;

/** A node's member of a log that Ratis keeps. */
final class RatisLog implements ReplicatedLog, OpenLog {
  static final String MEMBERS_ARE_FIXED =
      "the members of a cluster on the engine ratis are fixed; one on the engine raft (volvox up"
          + " in a new folder, without --engine) takes them in and lets them go";

  private static final Logger LOG = LoggerFactory.getLogger(RatisLog.class);
  private static final int READS_MAX = 8192;
  private static final Duration TRANSFER_WITHIN = Duration.ofSeconds(1);

  /** A follower that is silent for longer is not waited for with the log. */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private final Place place;
  private final Begun begun;
  private final LogHost host;
  private final Elections elections;
  private final MembersAt initial;
  private final GroupParts.State state;
  private final CommittedEntries committed;
  private final PeerRpc rpc;
  private final KernelMachine machine;
  private final RatisMember member;
  private final Proposals proposals;
  private final ReadRounds rounds;
  private final PeerServer server;
  private final RoleWatch roles;
  private final Semaphore readRoom = new Semaphore(READS_MAX);
  private @Nullable CompletableFuture<TermIndex> wanted;
  private volatile RaftView last;
  private volatile boolean isStarted;
  private volatile boolean isStopping;
  private volatile boolean hasFailed;

  /** Whose log it is, of which group, where, and how big it may get. */
  record Place(NodeId self, RaftGroupId group, Path folder, LogBounds bounds) {}

  private RatisLog(Place place, LogParts parts, Begun begun) throws IOException {
    this.place = place;
    this.begun = begun;
    this.host = parts.around().host();
    this.elections = new Elections(parts.around().journal());
    this.initial = new MembersAt(LogIndex.ZERO, parts.founders());
    this.state = parts.state();
    this.committed = new CommittedEntries(state, host);
    this.rpc = new PeerRpc(parts.around().network());
    this.machine = new KernelMachine(committed, StateMark.of(state.store()).place(), new Told());
    this.member = new RatisMember(place, parts.founders(), parts.clock(), rpc, machine);
    this.proposals = new Proposals(place.self(), host, member);
    List<NodeId> others =
        parts.founders().members().stream()
            .map(Member::id)
            .filter(node -> !node.equals(place.self()))
            .toList();
    this.rounds = new ReadRounds(others, new Leader(), this::askTerm);
    this.server = new PeerServer(member, rounds);
    this.last = member.asleep(committed.applied());
    this.roles = new RoleWatch(place.self(), this::look, this::roleChanged);
  }

  /** Hears once there is a log on the disk, without which the node must not start again. */
  interface Begun {
    void mark() throws IOException;
  }

  static RatisLog open(Place place, LogParts parts, Begun begun) throws IOException {
    return new RatisLog(place, parts, begun);
  }

  /** This node, as rounds of reads look at it. */
  private final class Leader implements ReadRounds.Leader {
    @Override
    public Optional<Term> leads() {
      return member.leads();
    }

    @Override
    public LogIndex committed() {
      return member.committed();
    }
  }

  private CompletableFuture<Bytes> askTerm(NodeId node, Duration within) {
    return rpc.ask(node, PeerRequest.Kind.TERM, Bytes.EMPTY, within);
  }

  @Override
  public ReplicatedLog log() {
    return this;
  }

  @Override
  public void start() throws IOException {
    committed.start(place.self() + "-apply");
    try {
      member.start();
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "Ratis cannot open the log in "
              + place.folder()
              + ": "
              + e.getMessage()
              + "; the engine ratis does not repair a log: restore a backup into a new cluster"
              + " (volvox restore)",
          e);
    }
    begun.mark();
    isStarted = true;
    proposals.start();
    roles.start();
  }

  @Override
  public void onMessage(NodeId from, Bytes message) throws MalformedException {
    throw new MalformedException("a message of another engine than ratis");
  }

  @Override
  public void onCall(InboundCall call) throws CallException, InterruptedException {
    if (call.method() != Method.PEER_ENGINE) {
      throw new CallException(
          CallStatus.UNKNOWN_METHOD, call.method() + " is not for the engine " + RatisEngine.NAME);
    }
    NodeId from =
        call.peer()
            .node()
            .orElseThrow(() -> new CallException(CallStatus.NOT_ALLOWED, "for nodes only"));
    Bytes request =
        call.receive()
            .orElseThrow(() -> new CallException(CallStatus.MALFORMED, "no request was sent"));
    call.answer(answer(from, request));
  }

  /** What another member's engine asked; may wait for the disk. */
  Bytes answer(NodeId from, Bytes request) throws CallException, InterruptedException {
    if (!isStarted || isStopping) {
      throw new CallException(CallStatus.UNAVAILABLE, place.self() + " takes no part just now");
    }
    return server.answer(from, request);
  }

  @Override
  public RaftView view() {
    if (isStarted && !isStopping) {
      RaftView now = member.view(committed.applied());
      last = now;
      return now;
    }
    return last;
  }

  @Override
  public LogIndex applied() {
    return committed.applied();
  }

  @Override
  public MembersAt members(StateMark mark) {
    return mark.members().orElse(initial);
  }

  @Override
  public long logBytes() {
    return isStarted ? new SegmentFiles(member.segments()).bytes() : 0;
  }

  @Override
  public ByteCount memoryMax() {
    return new ByteCount(2 * Proposals.MEMORY_MAX.bytes());
  }

  @Override
  public boolean isLogTooBig() {
    return logBytes() > place.bounds().bytesMax();
  }

  @Override
  public void flushed(LogIndex index, long stateBytes) {
    TermIndex at = member.log().getTermIndex(Indexes.theirs(index));
    if (at == null) {
      return;
    }
    machine.durable(Indexes.ours(at));
    SegmentFiles files = new SegmentFiles(member.segments());
    OptionalLong old = files.purgeable(place.bounds().bytesKept());
    long bytes = files.bytes();
    if (old.isEmpty() || bytes <= place.bounds().bytesMax()) {
      return;
    }
    long upTo = Math.min(old.getAsLong(), at.getIndex());
    boolean isPressing = bytes > place.bounds().pressingBytes() + stateBytes;
    Optional<LogIndex> lacked = isPressing ? Optional.empty() : member.lackedByOthers(SILENCE);
    if (lacked.isPresent()) {
      upTo = Math.min(upTo, Indexes.theirs(lacked.get()) - 1);
    }
    if (upTo >= member.log().getStartIndex()) {
      var _ = member.log().purge(upTo);
    }
  }

  @Override
  public CompletableFuture<CommandOutcome> propose(Bytes command) {
    return proposals.propose(command);
  }

  @Override
  public CompletableFuture<ReadGate> read() {
    CompletableFuture<ReadGate> gate = new CompletableFuture<>();
    if (isStopping || !isStarted) {
      gate.complete(new ReadGate.Shut(RefusedBecause.NO_LEADER, "the node is stopping"));
    } else if (!readRoom.tryAcquire()) {
      gate.complete(new ReadGate.Shut(RefusedBecause.BUSY, "too many reads wait"));
    } else {
      var _ = gate.whenComplete((answer, failure) -> readRoom.release());
      RoleChanged role = member.role();
      if (role.role() == Role.LEADER) {
        open(rounds.promise(), gate);
      } else if (role.leader().isPresent()) {
        open(askLeader(role.leader().get()), gate);
      } else {
        gate.complete(
            new ReadGate.Shut(RefusedBecause.NO_LEADER, "no leader is known to " + place.self()));
      }
    }
    return gate;
  }

  private void open(CompletableFuture<LogIndex> promise, CompletableFuture<ReadGate> gate) {
    var _ =
        promise.whenComplete((index, failure) -> {
          if (failure == null) {
            committed.readFrom(index, gate);
          } else {
            gate.complete(
                new ReadGate.Shut(RefusedBecause.NO_LEADER, String.valueOf(failure.getMessage())));
          }
        });
  }

  private CompletableFuture<LogIndex> askLeader(NodeId leader) {
    return rpc.ask(leader, PeerRequest.Kind.READ, Bytes.EMPTY, RatisSettings.ANSWER_WITHIN)
        .thenCompose(answer -> {
          try {
            return CompletableFuture.completedFuture(new LogIndex(PeerRequest.number(answer)));
          } catch (MalformedException e) {
            return CompletableFuture.failedFuture(e);
          }
        });
  }

  @Override
  public Optional<String> membersAreFixed() {
    return Optional.of(MEMBERS_ARE_FIXED);
  }

  @Override
  public CompletableFuture<ChangeOutcome> change(MemberChange change) {
    return CompletableFuture.completedFuture(new ChangeOutcome.Refused(false, MEMBERS_ARE_FIXED));
  }

  @Override
  public void transfer(Optional<NodeId> to) {
    Optional<NodeId> next = to.isPresent() ? to : member.nextLeader();
    if (next.isPresent() && member.leads().isPresent()) {
      try {
        var _ = member.transfer(next.get(), TRANSFER_WITHIN);
      } catch (IOException e) {
        LOG.warn("{} cannot hand over to {}: {}", place.self(), next.get(), e.getMessage());
      }
    }
  }

  @Override
  public boolean handOver(Duration patience) throws InterruptedException {
    if (!isStarted || member.leads().isEmpty()) {
      return true;
    }
    Optional<NodeId> next = member.nextLeader();
    if (next.isEmpty()) {
      return false;
    }
    try {
      var _ = member.transfer(next.get(), patience);
    } catch (IOException e) {
      LOG.warn("{} cannot hand over to {}: {}", place.self(), next.get(), e.getMessage());
      return false;
    }
    return roles.awaitOther(patience);
  }

  @Override
  public void peerGone(NodeId peer) {
    // Ratis waits for its election timeout.
  }

  private RoleChanged look() {
    if (!isStopping && !hasFailed && !member.isAlive()) {
      hasFailed = true; // Once is enough: the node stops.
      host.failed("log", new IllegalStateException("Ratis has closed the log"));
    }
    return member.role();
  }

  private void roleChanged(RoleChanged change) {
    elections.roleChanged(change);
    host.roleChanged(change);
  }

  @Override
  public void fetched(LogIndex index, Term term, MembersAt members) {
    CompletableFuture<TermIndex> waiting;
    synchronized (this) {
      waiting = wanted;
      wanted = null;
    }
    if (waiting == null || !index.isAfter(committed.applied())) {
      state.snapshots().drop();
      if (waiting != null) {
        waiting.completeExceptionally(new IllegalStateException("the snapshot is of no use"));
      }
      return;
    }
    var at = new org.volvox.consensus.raft.Recovered.Place(index, term);
    var _ =
        committed
            .install(index)
            .thenRun(() -> {
              machine.durable(at);
              waiting.complete(Indexes.theirs(at));
            });
  }

  @Override
  public void stop() throws InterruptedException {
    isStopping = true;
    roles.stop();
    proposals.stop();
    rounds.stop();
    committed.stop();
    try {
      member.close();
    } catch (IOException e) {
      LOG.warn("{} closes Ratis: {}", place.self(), e.getMessage());
    }
    proposals.abandon();
  }

  /** What Ratis tells. */
  private final class Told implements KernelMachine.Events {
    @Override
    public void appending(long callId) {
      proposals.appending(callId);
    }

    @Override
    public void committed() {
      rpc.committed();
    }

    @Override
    public void changed() {
      roles.wake();
    }

    @Override
    public void failed(Throwable cause) {
      if (!isStopping) {
        host.failed("log", cause);
      }
    }

    @Override
    public CompletableFuture<TermIndex> snapshotNeeded(TermIndex first) {
      CompletableFuture<TermIndex> answer = new CompletableFuture<>();
      synchronized (RatisLog.this) {
        wanted = answer;
      }
      state.snapshots().fetch(Indexes.ours(first.getIndex() - 1));
      return answer;
    }
  }
}
