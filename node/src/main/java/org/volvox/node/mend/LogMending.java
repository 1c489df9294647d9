package org.volvox.node.mend;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.message.DiskState;
import org.volvox.calls.message.NodeStatus;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.raft.Recovered.Place;
import org.volvox.consensus.raft.Rules;
import org.volvox.consensus.repair.LogRepair;
import org.volvox.consensus.repair.RepairAnswers;
import org.volvox.consensus.repair.RepairCodec;
import org.volvox.consensus.repair.RepairEffect;
import org.volvox.consensus.repair.RepairInput;
import org.volvox.consensus.repair.RepairMessage;
import org.volvox.node.group.StateMark;
import org.volvox.node.serve.RepairService;
import org.volvox.node.snapshot.SnapshotFetch;
import org.volvox.node.snapshot.SnapshotService;
import org.volvox.node.snapshot.StateView;
import org.volvox.rpc.InboundCall;
import org.volvox.rpc.LinkPolicy;
import org.volvox.rpc.LocalEnd;
import org.volvox.rpc.NettyTransport;
import org.volvox.rpc.PeerLinks;
import org.volvox.rpc.PeerListener;
import org.volvox.rpc.RpcServer;
import org.volvox.rpc.TlsMaterial;
import org.volvox.storage.StateStore;

/**
 * Makes a node's log whole from those of the others, with connections and a server of its own that
 * are gone when it is done. Takes no part in anything else: it answers those that repair their
 * logs, gives its snapshot, and says how far it is. The node's start uses it and waits for it.
 */
public final class LogMending {
  private static final Logger LOG = LoggerFactory.getLogger(LogMending.class);
  private static final int EVENT_LOOPS = 1;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);
  private static final long TELL_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

  private final Home home;
  private final NodeId self;
  private final Salvaged log;
  private final StateStore store;
  private final StateMark state;
  private final LogRepair repair;
  private final LinkedBlockingQueue<RepairInput> inputs = new LinkedBlockingQueue<>();
  private volatile String progress = "";
  private volatile Optional<String> failure = Optional.empty();
  private boolean done;
  private long toldNanos = System.nanoTime() - TELL_EVERY_NANOS;

  /** Where the node is and who the others are. */
  public record Home(
      LocalEnd end,
      TlsMaterial tls,
      LinkPolicy links,
      InetSocketAddress address,
      Optional<Path> socket,
      Map<NodeId, InetSocketAddress> others) {
    NodeId self() {
      return end.node().orElseThrow();
    }
  }

  /** What the others say apart from answers is of no use to who takes no part. */
  private static final PeerListener DEAF =
      new PeerListener() {
        @Override
        public void onMessage(NodeId from, Bytes message) {}

        @Override
        public void onPeerGone(NodeId peer, String why) {}
      };

  private LogMending(Home home, StateStore store, Salvaged log) {
    this.home = home;
    this.self = home.self();
    this.store = store;
    this.log = log;
    this.state = StateMark.of(store);
    this.repair = new LogRepair(List.copyOf(home.others().keySet()), log, Rules.PAPER, now());
  }

  /**
   * Fills all holes, however long that takes. If it took a snapshot, that is staged, and the log
   * begins behind it.
   */
  public static void run(Home home, StateStore store, Salvaged log) throws IOException {
    LogMending mending = new LogMending(home, store, log);
    try (NettyTransport transport = NettyTransport.start(EVENT_LOOPS);
        PeerLinks links =
            PeerLinks.start(
                transport,
                new PeerLinks.Config(home.end(), home.tls(), home.others(), DEAF, home.links()));
        SnapshotFetch snapshots =
            new SnapshotFetch(
                home.self(),
                home.end().cluster(),
                store,
                why -> mending.failure = Optional.of(why));
        RpcServer server = mending.serve(transport)) {
      LOG.info("{} repairs its log, and answers at {} until then", home.self(), server.address());
      snapshots.start(
          new SnapshotFetch.Network(links::open, atLeast -> List.copyOf(home.others().keySet())),
          (header, members) ->
              mending.inputs.add(
                  new RepairInput.SnapshotFetched(
                      new Place(header.index(), header.term()), now())));
      mending.loop(links, snapshots);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the repair of the log was interrupted");
    }
  }

  private RpcServer serve(NettyTransport transport) throws IOException {
    SnapshotService snapshots =
        new SnapshotService(
            self,
            home.end().cluster(),
            new StateView(store, mark -> mark.members().orElseThrow()),
            _ -> {});
    return RpcServer.start(
        transport,
        new RpcServer.Config(
            home.end(),
            home.tls(),
            home.address(),
            home.socket(),
            List.of(),
            call -> onCall(call, snapshots),
            DEAF,
            home.links()));
  }

  private void onCall(InboundCall call, SnapshotService snapshots)
      throws CallException, InterruptedException {
    if (call.method().isForPeers() && call.peer().node().isEmpty()) {
      throw new CallException(CallStatus.NOT_ALLOWED, call.method() + " is for nodes only");
    }
    switch (call.method()) {
      case PEER_LOG_ENTRIES -> answer(call, RepairCodec.encode(answer(RepairService.ask(call))));
      case STATUS, PEER_STATUS -> answer(call, NodeStatus.encodeAll(List.of(status())));
      case PEER_SNAPSHOT -> {
        if (state.members().isEmpty()) {
          throw new CallException(CallStatus.NOT_FOUND, self + " has no state to give");
        }
        snapshots.peerSnapshot(call);
      }
      default ->
          throw new CallException(CallStatus.GOING_AWAY, self + " repairs its log: " + progress);
    }
  }

  private static void answer(InboundCall call, Bytes answer)
      throws CallException, InterruptedException {
    call.answer(answer);
  }

  private RepairMessage.Answer answer(RepairMessage.Ask ask) throws CallException {
    synchronized (log) {
      if (done) {
        throw new CallException(CallStatus.GOING_AWAY, self + " has repaired its log");
      }
      try {
        return RepairAnswers.of(log, state.place(), ask, Rules.PAPER);
      } catch (DiskException e) {
        throw new CallException(CallStatus.FAILED, "the log cannot be read: " + e.getMessage());
      }
    }
  }

  private NodeStatus status() {
    synchronized (log) {
      return new NodeStatus(
          self,
          home.address().getHostString() + ":" + home.address().getPort(),
          NodeStatus.Role.FOLLOWER,
          true,
          log.state().term(),
          Optional.empty(),
          log.last().index(),
          log.last().term(),
          state.index(),
          state.index(),
          0,
          0,
          home.end().incarnation(),
          ProcessHandle.current().pid(),
          0,
          "",
          new NodeStatus.LogState(log.base().index(), 0, "repairs its log: " + progress),
          DiskState.UNKNOWN,
          NodeStatus.Healing.UNKNOWN);
    }
  }

  private void loop(PeerLinks links, SnapshotFetch snapshots)
      throws IOException, InterruptedException {
    while (!done) {
      MonoTime deadline = repair.nextDeadline().orElseGet(LogMending::now);
      @Nullable RepairInput input =
          inputs.poll(Math.max(0, deadline.nanosSince(now())), TimeUnit.NANOSECONDS);
      List<RepairEffect> effects = new ArrayList<>();
      synchronized (log) {
        repair.step(input == null ? new RepairInput.TimerFired(now()) : input, effects::add);
        progress = repair.view().text();
        done = effects.contains(new RepairEffect.Done());
      }
      for (RepairEffect effect : effects) {
        switch (effect) {
          case RepairEffect.Send(var to, var ask) -> ask(links, to, ask);
          case RepairEffect.FetchSnapshot(var atLeast) -> snapshots.fetch(atLeast);
          case RepairEffect.Done _ -> {} // Nobody reads the log from now on.
        }
      }
      if (failure.isPresent()) {
        throw new IOException(failure.get());
      }
      tell();
    }
    LOG.info("{} has all that its log lacked: {}", self, progress);
  }

  /** What does not come or cannot be read is as if it had not been sent: the core asks again. */
  private void ask(PeerLinks links, NodeId to, RepairMessage.Ask ask) {
    var _ =
        links
            .ask(to, Lane.CALLS, Method.PEER_LOG_ENTRIES, RepairCodec.encode(ask), ANSWER_WITHIN)
            .thenAccept(bytes -> {
              try {
                inputs.add(new RepairInput.Answered(to, RepairCodec.decodeAnswer(bytes), now()));
              } catch (MalformedException e) {
                LOG.warn("{} answered a repair with {}", to, e.getMessage());
              }
            });
  }

  private void tell() {
    if (System.nanoTime() - toldNanos >= TELL_EVERY_NANOS) {
      toldNanos = System.nanoTime();
      LOG.info("{} repairs its log: {}", self, progress);
    }
  }

  private static MonoTime now() {
    return new MonoTime(System.nanoTime());
  }
}
