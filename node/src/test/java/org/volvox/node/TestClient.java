package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.Event;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.Method;
import org.volvox.calls.message.BlockMessage;
import org.volvox.calls.message.EventMessage;
import org.volvox.calls.message.MemberMessage;
import org.volvox.calls.message.NodeStatus;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.rpc.BlockingConnection;
import org.volvox.rpc.LamportClock;
import org.volvox.rpc.LocalEnd;
import org.volvox.rpc.OutboundCall;
import org.volvox.rpc.TlsMaterial;

/** A client of one entry node, over TLS; a session and requests by number. */
final class TestClient implements AutoCloseable {
  static final Duration WITHIN = Duration.ofSeconds(15);

  private final BlockingConnection connection;
  private SessionId session = SessionId.NONE;
  private long seq;

  TestClient(ClusterFolder folder, NodeId entry) throws Exception {
    LocalEnd self =
        new LocalEnd(
            folder.config().clusterId(),
            Optional.empty(),
            0,
            new LamportClock(new Origin.Client(SessionId.NONE)));
    connection =
        BlockingConnection.connectTls(
            folder.config().member(entry).orElseThrow().address(),
            TlsMaterial.load(folder.path().resolve("client")),
            self,
            Duration.ofSeconds(5));
  }

  /** Takes the session of another client over, with its numbers. */
  void continueAs(TestClient other) {
    session = other.session;
    seq = other.seq;
  }

  void register() throws Exception {
    register(60_000);
  }

  void register(long ttlMillis) throws Exception {
    SessionCall.Register call = new SessionCall.Register(ttlMillis, "test");
    Result result = done(send(SessionId.NONE, 0, call, WITHIN));
    session = SessionGrant.decode(result.body()).session();
  }

  Result call(Call call) throws Exception {
    return done(outcome(call, WITHIN));
  }

  CommandOutcome outcome(Call call, Duration within) throws Exception {
    return send(session, ++seq, call, within);
  }

  /** Sends the last request once more. */
  Result repeat(Call call) throws Exception {
    return done(send(session, seq, call, WITHIN));
  }

  Result ask(Ask ask) throws Exception {
    Bytes request = new ByteWriter().u16(ask.type()).raw(ask.body()).toBytes();
    return Result.decode(connection.open(Method.QUERY, WITHIN).ask(request));
  }

  List<NodeStatus> status() throws Exception {
    return NodeStatus.decodeAll(
        connection.open(Method.STATUS, WITHIN).ask(NodeStatus.request(true)));
  }

  MemberMessage.Answer members(MemberMessage.Request request) throws Exception {
    return MemberMessage.Answer.decode(
        connection.open(Method.MEMBER, WITHIN).ask(request.encode()));
  }

  List<Event> events(int last) throws Exception {
    return eventPages(EventMessage.Request.last(last)).stream()
        .flatMap(page -> page.events().stream())
        .toList();
  }

  List<EventMessage.Page> eventPages(EventMessage.Request request) throws Exception {
    List<EventMessage.Page> pages = new ArrayList<>();
    try (OutboundCall call = connection.open(Method.EVENTS, WITHIN)) {
      call.send(request.encode());
      call.finish();
      for (Optional<Bytes> part = call.receive(); part.isPresent(); part = call.receive()) {
        pages.add(EventMessage.Page.decode(part.get()));
      }
    }
    return pages;
  }

  List<NodeId> put(BlockId id, long epoch, Bytes block) throws Exception {
    try (OutboundCall call = connection.open(Method.BLOCK_PUT, WITHIN)) {
      call.send(new BlockMessage.Put(id, epoch, block.length(), block.crc32c()).encode());
      for (int at = 0; at < block.length(); at += BlockMessage.CHUNK_BYTES_MAX) {
        call.send(block.slice(at, Math.min(block.length(), at + BlockMessage.CHUNK_BYTES_MAX)));
      }
      call.finish();
      return BlockMessage.Stored.decode(call.receive().orElseThrow()).holders();
    }
  }

  Bytes get(BlockId id, int length, int crc32c) throws Exception {
    try (OutboundCall call = connection.open(Method.BLOCK_GET, WITHIN)) {
      call.send(new BlockMessage.Get(id, length, crc32c).encode());
      call.finish();
      Bytes all = Bytes.EMPTY;
      Optional<Bytes> chunk = call.receive();
      while (chunk.isPresent()) {
        all = all.concat(chunk.get());
        chunk = call.receive();
      }
      return all;
    }
  }

  BlockingConnection connection() {
    return connection;
  }

  @Override
  public void close() {
    connection.close();
  }

  private CommandOutcome send(SessionId session, long seq, Call call, Duration within)
      throws Exception {
    Command command = new Command(0, session, seq, seq, "", call.type(), call.body());
    return CommandOutcome.decode(connection.open(Method.COMMAND, within).ask(command.encode()));
  }

  static Result done(CommandOutcome outcome) throws Exception {
    assertThat(outcome).isInstanceOf(CommandOutcome.Done.class);
    return Result.decode(((CommandOutcome.Done) outcome).result());
  }
}
