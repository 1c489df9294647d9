package org.volvox.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.backup.DataCheck;
import org.volvox.base.backup.DataPart;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.DataCopyMessage;
import org.volvox.calls.message.DataToken;
import org.volvox.rpc.OutboundCall;

/**
 * A copy of the data of all available spaces, for a backup: that of one node at one moment, with
 * all that the nodes which answered had when the copy began.
 */
@Api
public final class DataCopy {
  /** A node that is up says at once what it has. */
  private static final Duration LOOK_WITHIN = Duration.ofSeconds(2);

  /** For 16 MiB, behind what the node waits first; another is worth more than waiting longer. */
  private static final Duration PIECE_WITHIN = Duration.ofSeconds(30);

  private static final Duration AFTER_BREAK = Duration.ofMillis(300);
  private static final int BREAKS_IN_A_ROW_MAX = 5;

  private final Nodes nodes;

  /** What each node that answered had. */
  private final SortedMap<NodeId, DataToken> had = new TreeMap<>();

  private final List<NodeId> unheard = new ArrayList<>();

  /** Takes the parts in their order. */
  @Api
  public interface Sink {
    /** The parts begin anew: the node that sent those before is gone. */
    void begin(NodeId from) throws IOException;

    void part(DataPart part) throws IOException;
  }

  /** What it needs of a client. */
  interface Nodes {
    List<NodeId> all();

    /** Those that may be asked for the data, best first. */
    List<NodeId> entries();

    /** It did not answer: others first from now on. */
    void demote(NodeId node);

    OutboundCall open(NodeId node, Duration within) throws CallException;

    /** How long all tries may take. */
    Duration timeout();
  }

  private DataCopy(Nodes nodes) {
    this.nodes = nodes;
  }

  static DataCopy begin(Requests requests) throws InterruptedException {
    Connections connections = requests.connections();
    return begin(
        new Nodes() {
          @Override
          public List<NodeId> all() {
            return connections.nodes();
          }

          @Override
          public List<NodeId> entries() {
            return connections.entries();
          }

          @Override
          public void demote(NodeId node) {
            connections.demote(node);
          }

          @Override
          public OutboundCall open(NodeId node, Duration within) throws CallException {
            return requests.openAt(node, Method.DATA_COPY, within);
          }

          @Override
          public Duration timeout() {
            return requests.timeout();
          }
        });
  }

  /** Begins one: asks each node what it has. */
  static DataCopy begin(Nodes nodes) throws InterruptedException {
    DataCopy copy = new DataCopy(nodes);
    Bytes look = new DataCopyMessage.Request.Look().encode();
    for (NodeId node : nodes.all()) {
      try (OutboundCall call = nodes.open(node, LOOK_WITHIN)) {
        copy.had.put(node, DataCopyMessage.Had.decode(call.ask(look)).base());
      } catch (CallException | MalformedException e) {
        copy.unheard.add(node);
      }
    }
    return copy;
  }

  /**
   * Gives the data, from whichever node can; the last part is the end.
   *
   * @return the nodes of whose changes some may be missing: those that did not answer when the copy
   *     began, and those that no other has heard in time
   */
  public List<NodeId> run(Sink sink) throws IOException, InterruptedException {
    DataToken all = had.values().stream().reduce(DataToken.NONE, DataToken::merge);
    Pause pause = new Pause(System.nanoTime() + nodes.timeout().toNanos());
    String lastReason = "no try was made";
    // A node that had more than the others may be gone by now: the second round takes less.
    boolean orLess = false;
    boolean isHope = true; // Nodes of an older version will not know the call a second later.
    while (isHope && (!pause.isOver() || !orLess)) {
      isHope = false;
      for (NodeId node : inOrder()) {
        Fetching fetching = new Fetching(node, sink);
        try {
          return missing(fetching.run(all, orLess));
        } catch (CallException e) {
          lastReason = node + ": " + e.getMessage();
          isHope |= e.status() != CallStatus.UNKNOWN_METHOD;
          nodes.demote(node);
          if (fetching.isBegun()) {
            // It was long under way; the next one has all the time again.
            pause = new Pause(System.nanoTime() + nodes.timeout().toNanos());
          }
        }
      }
      orLess = true;
      pause.take();
    }
    throw VolvoxException.of(
        VolvoxException.Kind.UNREACHABLE,
        "no node sends the data of available spaces: " + lastReason,
        "See who is up: volvox nodes");
  }

  /** Who did not answer may hang, and is tried last. */
  private List<NodeId> inOrder() {
    return nodes.entries().stream().sorted(Comparator.comparing(unheard::contains)).toList();
  }

  private List<NodeId> missing(DataToken taken) {
    Stream<NodeId> lacking =
        had.entrySet().stream()
            .filter(each -> !taken.covers(each.getValue()))
            .map(Map.Entry::getKey);
    return Stream.concat(unheard.stream(), lacking).sorted().toList();
  }

  /** One node's copy, over as many calls as it takes. */
  private final class Fetching {
    private final NodeId node;
    private final Sink sink;
    private final DataCheck check = new DataCheck();
    private Optional<DataCopyMessage.Offer> taken = Optional.empty();

    Fetching(NodeId node, Sink sink) {
      this.node = node;
      this.sink = sink;
    }

    boolean isBegun() {
      return taken.isPresent();
    }

    /** Gives what the node had. */
    DataToken run(DataToken atLeast, boolean orLess)
        throws CallException, IOException, InterruptedException {
      int breaks = 0;
      while (!check.isComplete()) {
        long before = check.atoms();
        try {
          var resume =
              taken.map(offer -> new DataCopyMessage.Resume(offer.number(), check.lastKey()));
          piece(new DataCopyMessage.Request.Fetch(atLeast, orLess, resume));
          breaks = 0;
        } catch (CallException e) {
          breaks = check.atoms() > before ? 1 : breaks + 1;
          if (!isBegun() || e.status() == CallStatus.NOT_FOUND || breaks > BREAKS_IN_A_ROW_MAX) {
            throw e;
          }
          Pause.of(AFTER_BREAK);
        }
      }
      return taken.map(DataCopyMessage.Offer::base).orElse(DataToken.NONE);
    }

    private void piece(DataCopyMessage.Request.Fetch fetch)
        throws CallException, IOException, InterruptedException {
      try (OutboundCall call = nodes.open(node, PIECE_WITHIN)) {
        call.send(fetch.encode());
        call.finish();
        var offer = DataCopyMessage.Offer.decode(next(call));
        DataPart moment = DataPart.decode(next(call));
        boolean isFirst = check.moment().isEmpty();
        check.accept(moment);
        if (isFirst) {
          sink.begin(node);
          sink.part(moment);
        }
        taken = Optional.of(offer);
        long before = check.atoms();
        for (Optional<Bytes> next = call.receive(); next.isPresent(); next = call.receive()) {
          DataPart part = DataPart.decode(next.get());
          check.accept(part);
          sink.part(part);
        }
        if (!check.isComplete() && check.atoms() == before) {
          throw new CallException(CallStatus.FAILED, node + " sent a piece of nothing");
        }
      } catch (MalformedException e) {
        throw new CallException(CallStatus.NOT_FOUND, node + ": " + e.getMessage());
      }
    }

    private Bytes next(OutboundCall call)
        throws CallException, MalformedException, InterruptedException {
      return call.receive().orElseThrow(() -> new MalformedException("the answer ends too early"));
    }
  }
}
