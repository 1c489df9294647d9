package org.volvox.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.snapshot.SnapshotCheck;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.syscall.Extent;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.SnapshotMessage;
import org.volvox.rpc.OutboundCall;

/**
 * What a backup of the whole cluster is made of: its state as of now, the data of its available
 * spaces, and its blocks.
 */
@Api
public final class Backups {
  /** For 16 MiB; another node is worth more than waiting longer. */
  private static final Duration PIECE_WITHIN = Duration.ofSeconds(30);

  private static final int BREAKS_IN_A_ROW_MAX = 5;

  private final Requests requests;
  private final Blocks blocks;

  Backups(Requests requests) {
    this.requests = requests;
    this.blocks = new Blocks(requests);
  }

  /** Takes the state's parts in their order. */
  @Api
  public interface Sink {
    /**
     * The parts begin anew: the node that sent those before is gone.
     *
     * @param about how many bytes will come, as far as the node can tell; 0 if it cannot
     */
    void begin(NodeId from, long about) throws IOException;

    void part(SnapshotPart part) throws IOException;
  }

  /**
   * Gives the state with all that was acknowledged before the call, from whichever node can; the
   * last part is the end.
   */
  public void state(Sink sink) throws IOException, InterruptedException {
    Pause pause = new Pause(System.nanoTime() + requests.timeout().toNanos());
    String lastReason = "no try was made";
    while (!pause.isOver()) {
      for (NodeId node : requests.connections().entries()) {
        if (pause.isOver()) {
          break;
        }
        Stream stream = new Stream(node, sink);
        try {
          stream.run();
          return;
        } catch (CallException e) {
          lastReason = node + ": " + e.getMessage();
          requests.connections().demote(node);
          if (stream.isBegun()) {
            // It was long under way; the next one has all the time again.
            pause = new Pause(System.nanoTime() + requests.timeout().toNanos());
          }
        }
      }
      pause.take();
    }
    throw VolvoxException.of(
        VolvoxException.Kind.NO_QUORUM,
        "no node sends its state: " + lastReason,
        "See who is up: volvox nodes");
  }

  /** Begins a copy of the data of available spaces, with what the nodes have of it now. */
  public DataCopy data() throws InterruptedException {
    return DataCopy.begin(requests);
  }

  /** A block that the state refers to, verified. */
  public Bytes block(HeldBlock held) throws VolvoxException, InterruptedException {
    return blocks.get(new Extent(0, held.block(), held.length(), held.crc32c()));
  }

  /**
   * Keeps the cluster from deleting anything for a minute, so that each block of a state that is
   * taken now can be fetched; to be repeated until the last one is.
   */
  public void holdDeletions() throws VolvoxException, InterruptedException {
    requests.command(new FileCall.HoldDeletions(FileLimits.HOLD_MILLIS_MAX));
  }

  /** One node's snapshot, over as many calls as it takes. */
  private final class Stream {
    private final NodeId node;
    private final Sink sink;
    private final SnapshotCheck check = new SnapshotCheck();
    private Optional<Long> number = Optional.empty();

    Stream(NodeId node, Sink sink) {
      this.node = node;
      this.sink = sink;
    }

    boolean isBegun() {
      return number.isPresent();
    }

    void run() throws CallException, IOException, InterruptedException {
      int breaks = 0;
      while (!check.isComplete()) {
        long before = check.pairs();
        try {
          piece();
          breaks = 0;
        } catch (CallException e) {
          breaks = check.pairs() > before ? 1 : breaks + 1;
          if (!isBegun() || e.status() == CallStatus.NOT_FOUND || breaks > BREAKS_IN_A_ROW_MAX) {
            throw e;
          }
          Pause.of(Duration.ofMillis(300));
        }
      }
    }

    private void piece() throws CallException, IOException, InterruptedException {
      var resume = number.map(at -> new SnapshotMessage.Resume(at, check.lastKey()));
      try (OutboundCall call =
          requests.connections().to(node).open(Method.SNAPSHOT, PIECE_WITHIN)) {
        call.send(new SnapshotMessage.Fetch(LogIndex.ZERO, resume).encode());
        call.finish();
        var offer = SnapshotMessage.Offer.decode(next(call));
        SnapshotPart header = SnapshotPart.decode(next(call));
        boolean isFirst = check.header().isEmpty();
        check.accept(header);
        if (isFirst) {
          sink.begin(node, offer.bytes());
          sink.part(header);
        }
        number = Optional.of(offer.number());
        long before = check.pairs();
        for (Optional<Bytes> next = call.receive(); next.isPresent(); next = call.receive()) {
          SnapshotPart part = SnapshotPart.decode(next.get());
          check.accept(part);
          sink.part(part);
        }
        if (!check.isComplete() && check.pairs() == before) {
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
