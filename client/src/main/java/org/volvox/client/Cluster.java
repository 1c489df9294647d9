package org.volvox.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.event.Event;
import org.volvox.base.event.HappenedBefore;
import org.volvox.base.event.RecentReceives;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.CopiesReport;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.Result;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.EventMessage;
import org.volvox.calls.message.LinkRule;
import org.volvox.calls.message.MemberMessage;
import org.volvox.calls.message.NodeLogRequest;
import org.volvox.calls.message.NodeStatus;
import org.volvox.calls.message.StaleAnswer;
import org.volvox.rpc.BlockingConnection;
import org.volvox.rpc.OutboundCall;

/** The machines themselves. */
@Api
public final class Cluster {
  private static final Duration OWN_MAX = Duration.ofSeconds(1);
  private final Requests requests;

  Cluster(Requests requests) {
    this.requests = requests;
  }

  public List<NodeId> ids() {
    return requests.connections().nodes();
  }

  /** The node that requests go to first: the leader, as soon as this client knows it. */
  public NodeId entry() {
    return requests.connections().entries().getFirst();
  }

  /** All nodes by id, as the entry node sees them. */
  public List<NodeStatus> nodes() throws VolvoxException, InterruptedException {
    Bytes question = NodeStatus.request(true);
    try {
      return requests.atAnyEntry((entry, attemptMax) -> {
        try (OutboundCall call = entry.open(Method.STATUS, attemptMax)) {
          return NodeStatus.decodeAll(call.ask(question));
        }
      });
    } catch (VolvoxException e) {
      throw e.during("cannot list the nodes");
    }
  }

  /**
   * Asks something about who belongs to the cluster. What takes long goes on by itself; ask again
   * to see how far it is.
   */
  public MemberMessage.Answer members(MemberMessage.Request request)
      throws VolvoxException, InterruptedException {
    Bytes question = request.encode();
    return requests.atAnyEntry((entry, _) -> {
      try (OutboundCall call = entry.open(Method.MEMBER, requests.timeout())) {
        return MemberMessage.Answer.decode(call.ask(question));
      }
    });
  }

  /** Which nodes hold which placement groups, as the entry node knows it, which may be behind. */
  public PlacementTable placement() throws VolvoxException, InterruptedException {
    return askEntry(new FileAsk.Placement(), PlacementTable::decode);
  }

  /** Which blocks have too few copies when these nodes do not count, as the entry node knows it. */
  public CopiesReport copies(List<NodeId> silent) throws VolvoxException, InterruptedException {
    return askEntry(new FileAsk.Copies(silent), CopiesReport::decode);
  }

  private interface Decoder<T> {
    T decode(Bytes bytes) throws MalformedException;
  }

  /** Asks the entry node's own state: who looks after a cluster may have no leader to ask. */
  private <T> T askEntry(Ask ask, Decoder<T> decoder) throws VolvoxException, InterruptedException {
    Bytes question =
        new ByteWriter(2 + ask.body().length()).u16(ask.type()).raw(ask.body()).toBytes();
    return requests.atAnyEntry((entry, attemptMax) -> {
      try (OutboundCall call = entry.open(Method.STALE_QUERY, attemptMax)) {
        Result result = Result.decode(StaleAnswer.decode(call.ask(question)).result());
        if (!result.isOk()) {
          throw new CallException(CallStatus.FAILED, result.status() + ": " + result.text());
        }
        return decoder.decode(result.body());
      }
    });
  }

  /** What one node says of itself, asked directly; empty if it does not answer. */
  public Optional<NodeStatus> own(NodeId node) throws InterruptedException {
    return seenBy(node, false).stream().findFirst();
  }

  /** How one node, asked directly, sees all; empty if it does not answer. */
  public List<NodeStatus> seenBy(NodeId node) throws InterruptedException {
    return seenBy(node, true);
  }

  private List<NodeStatus> seenBy(NodeId node, boolean all) throws InterruptedException {
    try {
      return NodeStatus.decodeAll(
          requests.askAt(node, Method.STATUS, NodeStatus.request(all), OWN_MAX));
    } catch (CallException | MalformedException e) {
      return List.of(); // Whether a node answers is what the caller wants to know.
    }
  }

  /** How long a request may take in all. */
  public Duration timeout() {
    return requests.timeout();
  }

  /** Puts rules on one node's links to its peers; local clusters only. */
  public void setLinks(NodeId node, List<LinkRule> rules)
      throws VolvoxException, InterruptedException {
    setLinks(node, rules, requests.timeout());
  }

  /** The same within a time of its own. */
  public void setLinks(NodeId node, List<LinkRule> rules, Duration within)
      throws VolvoxException, InterruptedException {
    try {
      requests.askAt(node, Method.LINK_POLICY, LinkRule.encodeAll(rules), within);
    } catch (CallException e) {
      throw failed("cannot set the links of " + node, e);
    }
  }

  /** Has a node read all its blocks now, to see whether they are whole. */
  public void scrub(NodeId node) throws VolvoxException, InterruptedException {
    try {
      requests.askAt(node, Method.SCRUB, Bytes.EMPTY, requests.timeout());
    } catch (CallException e) {
      throw failed("cannot have " + node + " read its blocks", e);
    }
  }

  /** The end of what a node wrote about itself. */
  public String log(NodeId node, int bytesMax) throws VolvoxException, InterruptedException {
    StringBuilder text = new StringBuilder();
    try (OutboundCall call = requests.openAt(node, Method.LOG_READ, requests.timeout())) {
      call.send(new NodeLogRequest(bytesMax).encode());
      call.finish();
      for (Optional<Bytes> part = call.receive(); part.isPresent(); part = call.receive()) {
        text.append(part.get().utf8());
      }
      return text.toString();
    } catch (CallException e) {
      throw failed("cannot read the log of " + node, e);
    }
  }

  /** Takes pages of events; false ends the listing. */
  @Api
  @FunctionalInterface
  public interface EventSink {
    boolean on(EventMessage.Page page);
  }

  /**
   * Gives events of the whole cluster in the total order of their Lamport clocks, and with {@code
   * follow} those to come, going on at another entry when one dies.
   */
  public void events(EventMessage.Request request, EventSink sink)
      throws VolvoxException, InterruptedException {
    Position next = new Position(request);
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = requests.atAnyEntry((entry, _) -> read(entry, requests.timeout(), next, sink));
      } catch (VolvoxException e) {
        throw e.during("cannot list events");
      }
    }
  }

  /**
   * How one event stands to another; both of them, as far as a journal that answers has them; and
   * the nodes that do not answer.
   */
  @Api
  public record Standing(
      HappenedBefore.Relation relation,
      Optional<Event> left,
      Optional<Event> right,
      List<NodeId> missing) {}

  /** Events in their total order, with how each stands to the others. */
  @Api
  public record History(List<Event> events, HappenedBefore order, List<NodeId> missing) {}

  /** Whether one event happened before another, from all that the nodes still know. */
  public Standing happenedBefore(EventId left, EventId right)
      throws VolvoxException, InterruptedException {
    History history = history();
    return new Standing(
        history.order().relation(left, right),
        find(history.events(), left),
        find(history.events(), right),
        history.missing());
  }

  /** All that the nodes still know of what happened. */
  public History history() throws VolvoxException, InterruptedException {
    List<Event> events = new ArrayList<>();
    List<RecentReceives> receives = new ArrayList<>();
    List<NodeId> missing = new ArrayList<>();
    events(
        EventMessage.Request.last(EventMessage.LAST_MAX).withReceives(),
        page -> {
          events.addAll(page.events());
          receives.addAll(page.receives());
          missing.clear();
          missing.addAll(page.missing());
          return true;
        });
    return new History(
        List.copyOf(events), new HappenedBefore(events, receives), List.copyOf(missing));
  }

  private static Optional<Event> find(List<Event> events, EventId id) {
    return events.stream().filter(event -> event.stamp().id().equals(id)).findFirst();
  }

  /** What to ask next: moves with the pages, so that another entry goes on where one stopped. */
  private static final class Position {
    private EventMessage.Request request;

    Position(EventMessage.Request request) {
      this.request = request;
    }
  }

  /** All of it has the whole time: many events over a slow link take longer than a single try. */
  private static boolean read(
      BlockingConnection entry, Duration within, Position next, EventSink sink)
      throws CallException, MalformedException, InterruptedException {
    EventMessage.Request request = next.request;
    try (OutboundCall call =
        request.follow() ? entry.open(Method.EVENTS) : entry.open(Method.EVENTS, within)) {
      call.send(request.encode());
      call.finish();
      for (Optional<Bytes> part = call.receive(); part.isPresent(); part = call.receive()) {
        EventMessage.Page page = EventMessage.Page.decode(part.get());
        next.request = request.after(page.through());
        if (!sink.on(page)) {
          return false;
        }
      }
    }
    return request.follow();
  }

  private static VolvoxException failed(String what, CallException e) {
    VolvoxException.Kind kind =
        switch (e.status()) {
          case NOT_ALLOWED -> VolvoxException.Kind.NOT_ALLOWED;
          case UNAVAILABLE, DEADLINE, GOING_AWAY -> VolvoxException.Kind.UNREACHABLE;
          default -> VolvoxException.Kind.FAILED;
        };
    VolvoxException failure = VolvoxException.of(kind, what + ": " + e.getMessage(), "");
    failure.initCause(e);
    return failure;
  }
}
