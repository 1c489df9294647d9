package org.volvox.node.event;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.clock.LamportTime;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.message.EventEntry;
import org.volvox.calls.message.EventMessage;
import org.volvox.node.serve.Peers;
import org.volvox.node.serve.Signal;
import org.volvox.rpc.InboundCall;

/**
 * Tells the events of the whole cluster in their total order (clock, node, number), up to the
 * lowest clock that every node which answers has announced: below it nothing more can come.
 */
public final class EventService {
  private static final Duration PEER_WITHIN = Duration.ofSeconds(2);
  private static final Duration FOLLOW = Duration.ofMillis(250);
  private static final int LAST_MAX = 8192;

  private final NodeId self;
  private final List<NodeId> nodes;
  private final FileJournal journal;
  private final Peers peers;
  private final Peers.Asker asker;
  private final Signal never = new Signal();

  public EventService(
      NodeId self, List<NodeId> nodes, FileJournal journal, Peers peers, Peers.Asker asker) {
    this.self = self;
    this.nodes = List.copyOf(nodes);
    this.journal = journal;
    this.peers = peers;
    this.asker = asker;
  }

  /** This node's own events, for another node. */
  public void peerEvents(InboundCall call) throws CallException, InterruptedException {
    EventMessage.Request request = request(call);
    call.send(own(request).encode());
    call.complete();
  }

  /** The cluster's events, for a client. */
  public void events(InboundCall call) throws CallException, InterruptedException {
    EventMessage.Request request = request(call);
    EventMessage.Page page = merged(request);
    send(call, page);
    while (request.follow()) {
      var _ = never.await(FOLLOW);
      LamportTime after = page.through();
      page = merged(new EventMessage.Request(LAST_MAX, after, true));
      send(call, page); // An empty one too: that is how a caller that has gone is noticed.
    }
    call.complete();
  }

  private static void send(InboundCall call, EventMessage.Page page)
      throws CallException, InterruptedException {
    List<EventEntry> events = page.events();
    int at = 0;
    do {
      int end = Math.min(events.size(), at + EventMessage.PAGE_MAX);
      call.send(
          new EventMessage.Page(events.subList(at, end), page.through(), page.missing()).encode());
      at = end;
    } while (at < events.size());
  }

  private EventMessage.Page own(EventMessage.Request request) {
    FileJournal.Listing listing = journal.last(Math.min(LAST_MAX, request.last()), request.after());
    return new EventMessage.Page(listing.events(), listing.through(), List.of());
  }

  private EventMessage.Page merged(EventMessage.Request request) throws InterruptedException {
    Map<NodeId, EventMessage.Page> pages = new TreeMap<>(collect(request, nodes));
    LamportTime newest =
        pages.values().stream()
            .flatMap(page -> page.events().stream())
            .map(event -> event.stamp().clock())
            .max(LamportTime::compareTo)
            .orElse(LamportTime.ZERO);
    List<NodeId> behind =
        pages.entrySet().stream()
            .filter(page -> page.getValue().through().compareTo(newest) < 0)
            .map(Map.Entry::getKey)
            .toList();
    // A second question carries a clock above the newest event; its answer is complete that far.
    pages.putAll(collect(request, behind));
    LamportTime through =
        pages.values().stream()
            .map(EventMessage.Page::through)
            .min(LamportTime::compareTo)
            .orElse(LamportTime.ZERO);
    List<EventEntry> events =
        pages.values().stream()
            .flatMap(page -> page.events().stream())
            .filter(event -> event.stamp().clock().compareTo(through) <= 0)
            .sorted()
            .toList();
    TreeSet<NodeId> missing = new TreeSet<>(nodes);
    missing.removeAll(pages.keySet());
    return new EventMessage.Page(
        events.subList(Math.max(0, events.size() - request.last()), events.size()),
        through,
        List.copyOf(missing));
  }

  private Map<NodeId, EventMessage.Page> collect(EventMessage.Request request, List<NodeId> whom)
      throws InterruptedException {
    Map<NodeId, CompletableFuture<Bytes>> asked = new LinkedHashMap<>();
    Bytes question = new EventMessage.Request(request.last(), request.after(), false).encode();
    for (NodeId node : whom) {
      if (!node.equals(self) && peers.isUp(node)) {
        asked.put(node, asker.ask(node, Lane.CALLS, Method.PEER_EVENTS, question, PEER_WITHIN));
      }
    }
    Map<NodeId, EventMessage.Page> pages = new TreeMap<>();
    for (Map.Entry<NodeId, CompletableFuture<Bytes>> answer : asked.entrySet()) {
      page(answer.getValue()).ifPresent(page -> pages.put(answer.getKey(), page));
    }
    if (whom.contains(self)) {
      pages.put(self, own(request)); // Last: the answers have moved this node's clock on.
    }
    return pages;
  }

  private static Optional<EventMessage.Page> page(CompletableFuture<Bytes> answer)
      throws InterruptedException {
    try {
      return Optional.of(
          EventMessage.Page.decode(answer.get(PEER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)));
    } catch (ExecutionException | TimeoutException | MalformedException e) {
      return Optional.empty(); // The page names the node as missing.
    }
  }

  private static EventMessage.Request request(InboundCall call)
      throws CallException, InterruptedException {
    Optional<Bytes> request = call.receive();
    if (request.isEmpty()) {
      throw new CallException(CallStatus.MALFORMED, "no request was sent");
    }
    try {
      return EventMessage.Request.decode(request.get());
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }
}
