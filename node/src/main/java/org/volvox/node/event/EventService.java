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
import java.util.function.Supplier;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventMerge;
import org.volvox.base.event.RecentReceives;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
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

  private final NodeId self;
  private final Supplier<List<NodeId>> members;
  private final NodeJournal journal;
  private final Peers peers;
  private final Peers.Asker asker;
  private final Signal never = new Signal();

  /** {@code members} tells all nodes that there are now. */
  public EventService(
      NodeId self,
      Supplier<List<NodeId>> members,
      NodeJournal journal,
      Peers peers,
      Peers.Asker asker) {
    this.self = self;
    this.members = members;
    this.journal = journal;
    this.peers = peers;
    this.asker = asker;
  }

  /** This node's own events, for another node. */
  public void peerEvents(InboundCall call) throws CallException, InterruptedException {
    EventMessage.Request request = request(call);
    call.answer(own(request).encode());
  }

  /** The cluster's events, for a client. */
  public void events(InboundCall call) throws CallException, InterruptedException {
    EventMessage.Request request = request(call);
    EventMessage.Page page = merged(request);
    send(call, page);
    while (request.follow()) {
      var _ = never.await(FOLLOW);
      page = merged(request.after(page.through()));
      send(call, page); // An empty one too: that is how a caller that has gone is noticed.
    }
    call.complete();
  }

  private static void send(InboundCall call, EventMessage.Page page)
      throws CallException, InterruptedException {
    List<Event> events = page.events();
    int at = 0;
    do {
      int end = at;
      int bytes = 0;
      while (end < events.size() && bytes < EventMessage.PAGE_BYTES_MAX) {
        bytes += events.get(end).encode().length();
        end++;
      }
      call.send(part(page, events.subList(at, end), List.of()));
      at = end;
    } while (at < events.size());
    for (RecentReceives remembered : page.receives()) {
      call.send(part(page, List.of(), List.of(remembered)));
    }
  }

  private static Bytes part(
      EventMessage.Page of, List<Event> events, List<RecentReceives> receives) {
    return new EventMessage.Page(events, of.through(), of.isCut(), of.missing(), receives).encode();
  }

  private EventMessage.Page own(EventMessage.Request request) {
    NodeJournal.Listing listing =
        journal.last(
            Math.min(EventMessage.LAST_MAX, request.last()), request.after(), request.filter());
    int from = listing.events().size();
    int bytes = 0;
    while (from > 0 && bytes < EventMessage.PAGE_BYTES_MAX) {
      from--;
      bytes += listing.events().get(from).encode().length();
    }
    return new EventMessage.Page(
        listing.events().subList(from, listing.events().size()),
        listing.through(),
        listing.isCut() || from > 0,
        List.of(),
        request.receives() ? List.of(journal.receives()) : List.of());
  }

  private EventMessage.Page merged(EventMessage.Request request) throws InterruptedException {
    List<NodeId> nodes = members.get();
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
    EventMerge merge = new EventMerge();
    pages.forEach((node, page) -> {
      merge.join(node);
      merge.add(page.events());
      merge.announce(node, page.through());
    });
    List<Event> events = merge.settled();
    int tooMany = Math.max(0, events.size() - request.last());
    TreeSet<NodeId> missing = new TreeSet<>(nodes);
    missing.removeAll(pages.keySet());
    return new EventMessage.Page(
        events.subList(tooMany, events.size()),
        merge.settledTo(),
        tooMany > 0 || pages.values().stream().anyMatch(EventMessage.Page::isCut),
        List.copyOf(missing),
        pages.values().stream().flatMap(page -> page.receives().stream()).toList());
  }

  private Map<NodeId, EventMessage.Page> collect(EventMessage.Request request, List<NodeId> whom)
      throws InterruptedException {
    Map<NodeId, CompletableFuture<Bytes>> asked = new LinkedHashMap<>();
    Bytes question = request.encode();
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
