package org.volvox.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.MemoryBudget;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.base.event.EventKind;
import org.volvox.base.machine.StateMachine;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.MemberMessage;
import org.volvox.consensus.raft.Effect;
import org.volvox.fs.Files;
import org.volvox.kernel.RegisterSeats;
import org.volvox.kernel.RootMachine;
import org.volvox.kernel.ServiceTable;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.node.block.BlockService;
import org.volvox.node.block.DiskLimits;
import org.volvox.node.data.DataService;
import org.volvox.node.duty.Belonging;
import org.volvox.node.duty.BlockDeletion;
import org.volvox.node.duty.DiskWatch;
import org.volvox.node.duty.LeaderDuties;
import org.volvox.node.duty.StoreFlush;
import org.volvox.node.engine.Engines;
import org.volvox.node.engine.LogEngine;
import org.volvox.node.engine.LogParts;
import org.volvox.node.engine.OpenLog;
import org.volvox.node.event.EventClock;
import org.volvox.node.event.EventService;
import org.volvox.node.event.NodeJournal;
import org.volvox.node.folder.ClockFile;
import org.volvox.node.folder.ClusterConfig;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.group.GroupClock;
import org.volvox.node.group.GroupParts;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.node.measure.NodeMeasures;
import org.volvox.node.process.AttachService;
import org.volvox.node.process.Supervisor;
import org.volvox.node.register.RegisterService;
import org.volvox.node.serve.Admission;
import org.volvox.node.serve.CallRouter;
import org.volvox.node.serve.CommandService;
import org.volvox.node.serve.LinkService;
import org.volvox.node.serve.LogService;
import org.volvox.node.serve.MemberService;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;
import org.volvox.node.serve.QueryService;
import org.volvox.node.serve.StatusService;
import org.volvox.node.snapshot.SnapshotFetch;
import org.volvox.node.snapshot.SnapshotService;
import org.volvox.node.snapshot.SnapshotSources;
import org.volvox.node.snapshot.StateView;
import org.volvox.rpc.LinkPolicy;
import org.volvox.rpc.LocalEnd;
import org.volvox.rpc.NettyTransport;
import org.volvox.rpc.PeerLinks;
import org.volvox.rpc.RpcServer;
import org.volvox.rpc.TlsMaterial;

/**
 * Makes the parts of a node and joins them; the only place where all of them are named. What is
 * made is handed to {@code closings} at once, so that a start that fails half way leaves nothing.
 */
final class NodeParts {
  private static final Logger LOG = LoggerFactory.getLogger(NodeParts.class);
  private static final int EVENT_LOOPS = 2;

  /**
   * About half of the heap of 256 MB: blocks, commands, messages, registers, data that merges and
   * outputs, whose amount outsiders decide.
   */
  private static final ByteCount OUTSIDERS_BYTES_MAX = new ByteCount(152L << 20);

  private final NodeFolder folder;
  private final NodeId self;
  private final ClusterConfig config;
  private final Consumer<Node.Closing> closings;
  private final Consumer<String> onFailure;
  private final LinkPolicy links;
  private final EventClock events;
  private final NodeJournal journal;
  private final NodeHost host;
  private final NodeStorage storage;
  private final RootMachine machine;
  private final OpenLog log;
  private final ReplicatedLog group;
  private final Members members;
  private final SnapshotFetch snapshots;
  private final PeerLinks peerLinks;
  private final Leaderless leaderless;
  private final NettyTransport transport;
  private final TlsMaterial tls;
  private final LocalEnd end;
  private final Services services;
  private @Nullable RpcServer server;
  private Optional<NodeMeasures> measures = Optional.empty();

  /** What answers calls; made once the group is there. */
  private record Services(
      Peers peers,
      CommandService commands,
      QueryService queries,
      NodeCalls calls,
      DataPath data,
      DiskWatch disk,
      SnapshotService snapshots,
      StatusService status,
      MemberService members,
      RegisterService registers,
      DataService merging,
      Watches watches) {}

  NodeParts(
      NodeFolder folder,
      Node.Options options,
      Consumer<Node.Closing> closings,
      Consumer<String> onFailure)
      throws FolderException, IOException {
    this.folder = folder;
    this.self = folder.node();
    this.config = folder.config();
    this.closings = closings;
    this.onFailure = onFailure;
    this.links = config.local() ? LinkPolicy.enabled() : LinkPolicy.disabled();
    this.journal =
        NodeJournal.open(
            new EventClock.Place(self, new ClockFile(folder.file("clock"))),
            folder.folder("events"));
    closings.accept(new Node.Closing("clock and journal", journal::close));
    this.events = journal.clock();
    journal.record(
        EventKind.NODE_STARTED, "started, incarnation " + folder.incarnation(), Optional.empty());
    this.tls = TlsMaterial.load(folder.file("tls"));
    this.end = new LocalEnd(config.clusterId(), Optional.of(self), folder.incarnation(), events);
    LogEngine.Ground ground = ground(options);
    this.storage =
        NodeStorage.open(
            folder,
            new NodeStorage.Terms(options.disk(), onFailure),
            () -> Engines.of(config.engine()).files(ground),
            closings);
    GroupClock clock = new GroupClock();
    this.machine = rootMachine();
    this.host = new NodeHost(events, links, onFailure);
    this.snapshots = new SnapshotFetch(self, config.clusterId(), storage.store(), onFailure);
    this.log =
        storage
            .log()
            .open(
                new LogParts(
                    new LogParts.Surroundings(host, host, journal),
                    ground.founders(),
                    clock,
                    new GroupParts.State(machine, storage.store(), snapshots, options.log())));
    this.group = log.log();
    closings.accept(new Node.Closing("group", group::stop));
    this.members = new Members(self, config, group.view());
    this.transport = NettyTransport.start(EVENT_LOOPS);
    closings.accept(new Node.Closing("network", transport::close));
    this.peerLinks =
        PeerLinks.start(transport, new PeerLinks.Config(end, tls, members.peers(), host, links));
    closings.accept(new Node.Closing("links", peerLinks::close));
    this.leaderless =
        Leaderless.open(
            folder,
            storage.store(),
            new Leaderless.Wiring(
                peerLinks::sendMessage, options.wall(), KeySpaces::space, onFailure),
            closings);
    this.services = services(clock, machine, options.disk());
  }

  private static RootMachine rootMachine() {
    return new RootMachine(
        List.of(new Files(), new RegisterSeats(), new ServiceTable(), new KeySpaces()));
  }

  void start(Node.Options options) throws IOException {
    StampClock stamps = new StampClock(options.wall(), System::nanoTime, this::stateTime);
    LeaderDuties duties =
        new LeaderDuties(
            self,
            new LeaderDuties.Parts(
                new LeaderDuties.Log(group, storage.store()),
                services.calls(),
                services.peers(),
                members,
                stamps,
                journal),
            onFailure);
    Belonging belonging =
        new Belonging(
            self,
            new Belonging.Parts(group, members, services.peers(), peerLinks::ask, this::removed),
            onFailure);
    BlockDeletion deletion = new BlockDeletion(self, services.calls(), storage.blocks(), onFailure);
    Optional<Programs> programs = supervise(options);
    wire(duties, programs, stamps);
    CallRouter router = router(programs.map(Programs::attach));
    this.measures = Optional.of(measures(router, programs.map(Programs::supervisor)));
    this.server = RpcServer.start(transport, serverConfig(router));
    closings.accept(new Node.Closing("server", server::close));
    group.start();
    services.peers().start();
    leaderless.start(
        folder,
        new Leaderless.Duties(group, members, services.calls(), services.peers()),
        closings);
    services.commands().start();
    services.data().start();
    services.disk().start();
    services.watches().start(closings);
    snapshots.start(
        new SnapshotFetch.Network(
            peerLinks::open, new SnapshotSources(self, members::nodes, services.peers())),
        (header, members) -> group.fetched(header.index(), header.term(), members));
    closings.accept(new Node.Closing("snapshot fetch", snapshots::close));
    duties.start();
    deletion.start();
    belonging.start();
    StoreFlush flush = new StoreFlush(self, storage.store(), group, onFailure);
    flush.start();
    closings.accept(new Node.Closing("store flush", flush::close));
    closings.accept(new Node.Closing("block deletion", deletion::close));
    closings.accept(new Node.Closing("leader duties", duties::close));
    closings.accept(new Node.Closing("belonging", belonging::close));
    closings.accept(new Node.Closing("commands", services.commands()::close));
    closings.accept(new Node.Closing("repair and scrub", services.data()::close));
    closings.accept(new Node.Closing("disk watch", services.disk()::close));
    closings.accept(new Node.Closing("peers", services.peers()::close));
  }

  private void wire(LeaderDuties duties, Optional<Programs> programs, StampClock stamps) {
    host.wire(
        new NodeHost.Wired(
            log,
            services.peers(),
            peerLinks::sendMessage,
            peerLinks::ask,
            this::onRole,
            members,
            this::removed,
            ranges -> {
              services.watches().applied(ranges);
              if (ranges.contains(ProcessCall.RANGE)) {
                duties.wake();
                programs.ifPresent(running -> running.supervisor().tableChanged());
              }
            },
            leaderless,
            stamps));
  }

  private LogEngine.Ground ground(Node.Options options) {
    return new LogEngine.Ground(
        folder,
        options.log(),
        new LogEngine.Network(end, tls, links, config.address(self), folder.socket()),
        journal);
  }

  private WallTime stateTime() {
    try (OrderedStore.Snapshot view = storage.store().snapshot()) {
      return RootMachine.wall(view);
    }
  }

  InetSocketAddress address() {
    return server().address();
  }

  StatusService status() {
    return services.status();
  }

  NodeCalls calls() {
    return services.calls();
  }

  LinkPolicy links() {
    return links;
  }

  NodeMeasures measures() {
    return measures.orElseThrow();
  }

  private NodeMeasures measures(CallRouter router, Optional<Supervisor> programs) {
    return new NodeMeasures(
        self,
        new NodeMeasures.Sources(
            services.status()::all,
            services.queries()::age,
            group::measures,
            storage.store()::estimatedBytes,
            router.times()::measures,
            () -> programs.map(Supervisor::runningCount).orElse(0)));
  }

  boolean handOver(Duration patience) throws InterruptedException {
    return group.handOver(patience);
  }

  void drain(Duration patience) throws InterruptedException {
    server().drain(patience);
  }

  private RpcServer server() {
    RpcServer started = server;
    if (started == null) {
      throw new IllegalStateException("the node does not serve yet");
    }
    return started;
  }

  private Services services(GroupClock clock, StateMachine machine, DiskLimits limits) {
    MemoryBudget memory = new MemoryBudget(OUTSIDERS_BYTES_MAX);
    memory.part(group.memoryMax());
    memory.part(Supervisor.MEMORY_MAX);
    memory.part(Leaderless.MEMORY_MAX);
    Peers peers = peers();
    Admission admission = new Admission();
    CommandService commands =
        new CommandService(
            new CommandService.Local(self, members, admission, journal, memory),
            group,
            clock,
            peers,
            peerLinks::ask);
    QueryService queries =
        new QueryService(
            self,
            group,
            new QueryService.State(machine, storage.store()),
            clock,
            new QueryService.Network(peers, peerLinks::ask));
    NodeCalls calls = new NodeCalls(self, commands, queries);
    DataPath data =
        DataPath.of(
            self,
            new DataPath.Parts(
                storage,
                limits,
                peers,
                queries,
                calls,
                new DataPath.Network(peerLinks::open, peerLinks::ask, clock::now),
                journal,
                memory));
    DiskWatch watch =
        new DiskWatch(
            self,
            new DiskWatch.Parts(storage.room(), members, peers, admission, journal),
            onFailure);
    MemberService memberService =
        new MemberService(
            self, new MemberService.Parts(group, members, peers, peerLinks::ask, calls, clock));
    return new Services(
        peers,
        commands,
        queries,
        calls,
        data,
        watch,
        served(queries),
        status(peers, data),
        memberService,
        leaderless.registers(peers, admission),
        leaderless.data(admission),
        Watches.of(self, storage.store(), queries, onFailure));
  }

  private StatusService status(Peers peers, DataPath data) {
    return new StatusService(
        self,
        folder.incarnation(),
        members,
        group,
        new StatusService.Sources(
            peers,
            storage.blocks()::count,
            data.repair()::missing,
            links,
            snapshots::progress,
            data.report(storage)::now,
            data.repair()::healing));
  }

  private SnapshotService served(QueryService queries) {
    StateView state = new StateView(storage.store(), group::members);
    return new SnapshotService(self, config.clusterId(), state, queries::awaitCurrent);
  }

  /** The other nodes, as many as there are at a time. */
  private Peers peers() {
    Bytes here = new MemberMessage.Request.Here(self, members.address(self)).encode();
    Peers peers = new Peers(self, peerLinks::ask, here);
    Runnable follow =
        () -> {
          peerLinks.follow(members.peers());
          peers.follow(members.nodes(), members.now().voters());
        };
    members.onChange(follow);
    follow.run();
    return peers;
  }

  private Optional<Programs> supervise(Node.Options options) throws IOException {
    if (!options.runsPrograms()) {
      return Optional.empty();
    }
    ProcessBridge bridge =
        new ProcessBridge(
            self,
            folder.incarnation(),
            new ProcessBridge.Parts(
                services.calls(), services.data().blocks(), services.peers(), peerLinks, journal));
    return Optional.of(Programs.start(bridge, folder.path(), closings));
  }

  private CallRouter router(Optional<AttachService> attach) {
    BlockService blocks = services.data().blocks();
    EventService told =
        new EventService(self, members::nodes, journal, services.peers(), peerLinks::ask);
    CallRouter.Service none =
        call -> call.fail(CallStatus.UNKNOWN_METHOD, self + " runs no programs");
    return new CallRouter(
        services.commands(),
        services.queries(),
        new CallRouter.Machines(
            services.status(),
            new LinkService(self, links),
            services.members(),
            services.registers()::ask,
            services.merging()::ask),
        new CallRouter.Streams(
            blocks::put,
            blocks::get,
            blocks::list,
            blocks::putHere,
            blocks::getHere,
            attach.<CallRouter.Service>map(service -> service::attach).orElse(none),
            attach.<CallRouter.Service>map(service -> service::peerAttach).orElse(none),
            told::events,
            told::peerEvents,
            services.watches().services()::serve,
            services.watches().keys()::serve,
            new LogService(folder.file("node.log"))::read,
            services.data().scrub()::now,
            services.snapshots()::snapshot,
            services.snapshots()::peerSnapshot,
            leaderless.copies()::serve,
            host::onCall));
  }

  private RpcServer.Config serverConfig(CallRouter router) {
    return new RpcServer.Config(
        end, tls, config.address(self), folder.socket(), CallRouter.SHORT, router, host, links);
  }

  private void removed() {
    try {
      NodeFolder.markRemoved(self, folder.path());
    } catch (IOException e) {
      LOG.warn("cannot mark {} as removed: {}", folder.path(), e.getMessage());
    }
    onFailure.accept(NodeFolder.removedText(self, folder.path()));
  }

  private void onRole(Effect.RoleChanged change) {
    change
        .leader()
        .ifPresent(leader -> {
          services.commands().leaderSeen(leader);
          services.queries().leaderSeen(leader);
        });
  }
}
