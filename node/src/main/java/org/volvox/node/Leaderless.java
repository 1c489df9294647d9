package org.volvox.node;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.consensus.paxos.PaxosCodec;
import org.volvox.crdt.MessageCodec;
import org.volvox.node.data.DataCopies;
import org.volvox.node.data.DataDuties;
import org.volvox.node.data.DataHost;
import org.volvox.node.data.DataService;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.node.group.StateMark;
import org.volvox.node.register.RegisterDuties;
import org.volvox.node.register.RegisterHost;
import org.volvox.node.register.RegisterService;
import org.volvox.node.serve.Admission;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;
import org.volvox.storage.StateStore;

/** What a node serves whoever leads: its registers, and its data that merges. */
final class Leaderless {
  /** What both hold at most, because outsiders asked for it. */
  static final ByteCount MEMORY_MAX =
      new ByteCount(RegisterHost.MEMORY_MAX.bytes() + DataHost.MEMORY_MAX.bytes());

  private final NodeId self;
  private final StateStore state;
  private final RegisterHost registers;
  private final DataHost data;

  /** Where it finds a space in a copy of the replicated state. */
  private final Spaces spaces;

  /** A space by its id. */
  interface Spaces {
    Optional<SpaceRow> space(long id, OrderedStore.Reader state);
  }

  /**
   * What both lead to.
   *
   * @param send one way to another node; it may be lost
   * @param onFailure hears why this node cannot go on
   */
  record Wiring(
      BiConsumer<NodeId, Bytes> send,
      Supplier<WallTime> wall,
      Spaces spaces,
      Consumer<String> onFailure) {}

  /** What the duties stand on. */
  record Duties(ReplicatedLog group, Members members, NodeCalls calls, Peers peers) {}

  private Leaderless(
      NodeId self, StateStore state, RegisterHost registers, DataHost data, Spaces spaces) {
    this.self = self;
    this.state = state;
    this.registers = registers;
    this.data = data;
    this.spaces = spaces;
  }

  static Leaderless open(
      NodeFolder folder, StateStore state, Wiring wiring, Consumer<Node.Closing> closings)
      throws FolderException, IOException {
    RegisterHost registers =
        Registers.open(
            folder, state, new RegisterHost.Wiring(wiring.send(), wiring.onFailure()), closings);
    DataHost data =
        DataHost.open(
            folder.node(),
            folder.file(DataHost.FOLDER),
            new DataHost.Wiring(wiring.send(), wiring.wall(), wiring.onFailure()));
    closings.accept(new Node.Closing("data that merges", data::stop));
    return new Leaderless(folder.node(), state, registers, data, wiring.spaces());
  }

  RegisterService registers(Peers peers, Admission admission) {
    return new RegisterService(registers, peers, admission);
  }

  DataService data(Admission admission) {
    return new DataService(self, data, this::space, admission);
  }

  DataCopies copies() {
    return new DataCopies(self, data);
  }

  private Optional<SpaceRow> space(long id) {
    try (OrderedStore.Snapshot view = state.snapshot()) {
      return spaces.space(id, view);
    }
  }

  /** Whether there was such a space: ids are the log indexes of their creation. */
  private boolean isGone(long id) {
    try (OrderedStore.Snapshot view = state.snapshot()) {
      return id <= StateMark.of(view).index().value() && spaces.space(id, view).isEmpty();
    }
  }

  /** Takes a peer's message if it is about registers or data; false if it is not. */
  boolean received(NodeId from, Bytes message) throws MalformedException {
    if (PaxosCodec.isPaxos(message)) {
      registers.received(from, message);
      return true;
    }
    if (MessageCodec.isReplicas(message)) {
      data.received(from, message);
      return true;
    }
    return false;
  }

  /** The other nodes, voters and learners, all hold the data. */
  void follow(Members members) {
    data.follow(members.nodes().stream().filter(node -> !node.equals(self)).toList());
  }

  /** Begins to serve, and looks after what is served. */
  void start(NodeFolder folder, Duties parts, Consumer<Node.Closing> closings) {
    Registers.lookAfter(
        folder,
        new RegisterDuties.Parts(
            registers, parts.group(), parts.members(), parts.calls(), parts.peers()),
        closings);
    parts.members().onChange(() -> follow(parts.members()));
    follow(parts.members());
    data.start();
    DataDuties duties = new DataDuties(self, data, this::isGone);
    duties.start();
    closings.accept(new Node.Closing("data duties", duties::close));
  }
}
