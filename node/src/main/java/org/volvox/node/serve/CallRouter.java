package org.volvox.node.serve;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.Method;
import org.volvox.calls.message.NodeStatus;
import org.volvox.node.measure.CallTimes;
import org.volvox.rpc.CallHandler;
import org.volvox.rpc.InboundCall;

/**
 * Sends each call to the service of its method. Peers' methods are for authenticated nodes only.
 */
public final class CallRouter implements CallHandler {
  /** Methods that wait for others without a thread of their own; they run on the event loops. */
  public static final List<Method> SHORT =
      List.of(Method.COMMAND, Method.PEER_COMMAND, Method.REGISTER, Method.DATA);

  /** What a call without a deadline may take. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** What an answer may take on its way, timers and a busy machine included. */
  private static final Duration ANSWER_WITHIN = Duration.ofMillis(50);

  /** Serves one kind of call to its end. */
  public interface Service {
    void serve(InboundCall call) throws CallException, InterruptedException;
  }

  /** The services that are not written as one answer to one request. */
  public record Streams(
      Service blockPut,
      Service blockGet,
      Service blockList,
      Service peerBlockPut,
      Service peerBlockGet,
      Service attach,
      Service peerAttach,
      Service events,
      Service peerEvents,
      Service services,
      Service keys,
      Service log,
      Service scrub,
      Service snapshot,
      Service peerSnapshot,
      Service dataCopy,
      Service engine) {}

  private final CommandService commands;
  private final QueryService queries;
  private final CallTimes times = new CallTimes();
  private final Machines machines;
  private final Streams streams;

  /** The services about the machines themselves, and what needs no leader. */
  public record Machines(
      StatusService status,
      LinkService links,
      MemberService members,
      Answers registers,
      Answers data) {}

  /** Answers requests without a thread that waits. */
  public interface Answers {
    CompletableFuture<Bytes> ask(Bytes request, Duration timeout);
  }

  public CallRouter(
      CommandService commands, QueryService queries, Machines machines, Streams streams) {
    this.commands = commands;
    this.queries = queries;
    this.machines = machines;
    this.streams = streams;
  }

  /** How long calls took; those that go on as streams do not count. */
  public CallTimes times() {
    return times;
  }

  @Override
  public void onCall(InboundCall call) throws CallException, InterruptedException {
    if (call.method().isForPeers() && call.peer().node().isEmpty()) {
      throw new CallException(CallStatus.NOT_ALLOWED, call.method() + " is for nodes only");
    }
    switch (call.method()) {
      case COMMAND -> enter(call);
      case PEER_COMMAND ->
          later(call, request -> commands.propose(request).thenApply(CommandOutcome::encode));
      case QUERY, PEER_QUERY, STALE_QUERY, STATUS, PEER_STATUS, LINK_POLICY, MEMBER, PEER_MEMBER ->
          now(call);
      case REGISTER -> later(call, request -> machines.registers().ask(request, timeout(call)));
      case BLOCK_PUT -> streams.blockPut().serve(call);
      case BLOCK_GET -> streams.blockGet().serve(call);
      case BLOCK_LIST -> streams.blockList().serve(call);
      case PEER_BLOCK_PUT -> streams.peerBlockPut().serve(call);
      case PEER_BLOCK_GET -> streams.peerBlockGet().serve(call);
      case ATTACH -> streams.attach().serve(call);
      case PEER_ATTACH -> streams.peerAttach().serve(call);
      case EVENTS -> streams.events().serve(call);
      case PEER_EVENTS -> streams.peerEvents().serve(call);
      case WATCH_SERVICES -> streams.services().serve(call);
      case LOG_READ -> streams.log().serve(call);
      case SCRUB -> streams.scrub().serve(call);
      case SNAPSHOT -> streams.snapshot().serve(call);
      case PEER_SNAPSHOT -> streams.peerSnapshot().serve(call);
      case PEER_LOG_ENTRIES, PEER_ENGINE -> streams.engine().serve(call);
      case DATA -> later(call, request -> machines.data().ask(request, timeout(call)));
      case DATA_COPY -> streams.dataCopy().serve(call);
      case WATCH_KEYS -> streams.keys().serve(call);
      case INVOKE, DESCRIBE ->
          throw new CallException(
              CallStatus.UNKNOWN_METHOD, "a service is called at the program that offers it");
      case SIGNAL ->
          throw new CallException(
              CallStatus.UNKNOWN_METHOD, "a signal is sent by the command Kill");
    }
  }

  /** One request and its answer, on the thread of the call. */
  private void now(InboundCall call) throws CallException, InterruptedException {
    long begun = System.nanoTime();
    boolean isAnswered = false;
    try {
      call.answer(answer(call));
      isAnswered = true;
    } finally {
      times.over(call.method(), begun, !isAnswered);
    }
  }

  private Bytes answer(InboundCall call) throws CallException, InterruptedException {
    Bytes request = request(call);
    return switch (call.method()) {
      case QUERY -> queries.ask(request, timeout(call));
      case PEER_QUERY -> queries.lead(request, timeout(call));
      case STALE_QUERY -> queries.stale(request).encode();
      case STATUS, PEER_STATUS -> status(request);
      case LINK_POLICY -> {
        machines.links().set(request);
        yield Bytes.EMPTY;
      }
      case MEMBER -> machines.members().ask(request, timeout(call));
      case PEER_MEMBER ->
          machines.members().fromPeer(call.peer().node().orElseThrow(), request, timeout(call));
      default -> throw Invariant.broken(call.method() + " is answered elsewhere");
    };
  }

  /** One request and its answer, without a thread that waits. */
  private void later(InboundCall call, Function<Bytes, CompletableFuture<Bytes>> work) {
    OneAnswer.serve(call, times, work);
  }

  private void enter(InboundCall call) {
    String principal = call.peer().identity().principal();
    later(
        call,
        request ->
            commands
                .enter(
                    request, new CommandService.Caller(principal, call.openedBy()), timeout(call))
                .thenApply(CommandOutcome::encode));
  }

  private Bytes status(Bytes request) throws CallException {
    try {
      return NodeStatus.encodeAll(
          NodeStatus.isForCluster(request)
              ? machines.status().all()
              : List.of(machines.status().own()));
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  /** Less than the caller has, so that the answer is there before it gives up. */
  private static Duration timeout(InboundCall call) {
    Duration left = call.remaining().orElse(DEFAULT_TIMEOUT);
    Duration part = left.dividedBy(20);
    Duration least =
        left.compareTo(ANSWER_WITHIN.multipliedBy(2)) < 0 ? left.dividedBy(2) : ANSWER_WITHIN;
    return left.minus(part.compareTo(least) < 0 ? least : part);
  }

  private static Bytes request(InboundCall call) throws CallException, InterruptedException {
    return call.receive()
        .orElseThrow(() -> new CallException(CallStatus.MALFORMED, "no request was sent"));
  }
}
