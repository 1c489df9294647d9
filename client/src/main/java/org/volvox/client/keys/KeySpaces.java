package org.volvox.client.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.volvox.base.Api;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpacePage;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.calls.message.StaleAnswer;
import org.volvox.client.VolvoxException;

/**
 * The key spaces of a cluster. Which of the three kinds a space is was chosen when it was created;
 * opening it as another kind fails and says what it is. Thread-safe.
 */
@Api
public final class KeySpaces {
  /** A node that takes longer to find a name is stopped, perhaps. */
  private static final Duration NEXT_AFTER = Duration.ofMillis(300);

  /** Who knows it says so by then; else the cluster is asked. */
  private static final Duration FIND_MAX = Duration.ofMillis(1500);

  private final KeyLink link;
  private final DataCalls data;

  public KeySpaces(KeyLink link) {
    this.link = link;
    this.data = new DataCalls(link);
  }

  /** Creates a space with the usual bounds; refused as EXISTS if there is one of this name. */
  public SpaceRow create(String name, Consistency consistency)
      throws VolvoxException, InterruptedException {
    boolean hasBounds = consistency == Consistency.CONSISTENT;
    return create(name, consistency, hasBounds ? SpaceRow.Bounds.DEFAULT : SpaceRow.Bounds.NONE);
  }

  /** The same with these bounds, which only a consistent space has. */
  public SpaceRow create(String name, Consistency consistency, SpaceRow.Bounds bounds)
      throws VolvoxException, InterruptedException {
    try {
      Bytes body = link.command(new KeyCall.CreateSpace(name, consistency, bounds));
      return KeyErrors.decode(body, SpaceRow::decode);
    } catch (VolvoxException e) {
      throw e.is(Status.EXISTS) ? e.advising("What it is: volvox keys space describe " + name) : e;
    }
  }

  /** What a space is and holds. */
  public SpaceRow describe(String name) throws VolvoxException, InterruptedException {
    try {
      return KeyErrors.decode(link.read(new KeyAsk.Space(name)), SpaceRow::decode);
    } catch (VolvoxException e) {
      throw e.is(Status.NOT_FOUND) ? e.advising(advice(name)) : e;
    }
  }

  private static String advice(String name) {
    return "Spaces there are: volvox keys space list. A new one: volvox keys space create "
        + name
        + " --consistency consistent|available|leaderless";
  }

  /** All spaces in the order of their names; there are at most {@link KeyLimits#SPACES_MAX}. */
  public List<SpaceRow> list() throws VolvoxException, InterruptedException {
    List<SpaceRow> rows = new ArrayList<>();
    Optional<String> after = Optional.empty();
    boolean more = true;
    while (more) {
      SpacePage page =
          KeyErrors.decode(
              link.read(new KeyAsk.Spaces(after, KeyLimits.PAGE_MAX)), SpacePage::decode);
      rows.addAll(page.rows());
      more = page.more() && !page.rows().isEmpty();
      after = rows.isEmpty() ? after : Optional.of(rows.getLast().name());
    }
    return rows;
  }

  /** Removes a space with all its keys, watches and leases, for ever. */
  public void remove(String name) throws VolvoxException, InterruptedException {
    var _ = link.command(new KeyCall.RemoveSpace(describe(name).id()));
  }

  /** Opens a space as what it is. */
  public KeySpace open(String name) throws VolvoxException, InterruptedException {
    SpaceRow row = find(name);
    return switch (row.consistency()) {
      case CONSISTENT -> consistent(name);
      case AVAILABLE -> new AvailableSpace(data, row, true);
      case LEADERLESS -> new LeaderlessSpace(link, row);
    };
  }

  /** Opens a space of linearizable keys. */
  public ConsistentSpace consistent(String name) throws VolvoxException, InterruptedException {
    return new ConsistentSpace(link, opened(name, Consistency.CONSISTENT));
  }

  /** Opens a space of data that merges; any one node that knows it is enough. */
  public AvailableSpace available(String name) throws VolvoxException, InterruptedException {
    return new AvailableSpace(data, opened(name, Consistency.AVAILABLE), true);
  }

  /** Opens a space of registers; any one node that knows it is enough to open it. */
  public LeaderlessSpace leaderless(String name) throws VolvoxException, InterruptedException {
    return new LeaderlessSpace(link, opened(name, Consistency.LEADERLESS));
  }

  /** A space as some node knows it, which may be one that was removed meanwhile. */
  public SpaceRow find(String name) throws VolvoxException, InterruptedException {
    Bytes body = new KeyAsk.Space(name).body();
    Bytes question = new ByteWriter(2 + body.length()).u16(KeyAsk.Space.TYPE).raw(body).toBytes();
    Optional<SpaceRow> told = new Hedge(question).run();
    if (told.isPresent()) {
      return told.get();
    }
    try {
      return KeyErrors.decode(link.query(new KeyAsk.Space(name)), SpaceRow::decode);
    } catch (VolvoxException e) {
      if (e.is(Status.NOT_FOUND)) {
        throw e.advising(advice(name));
      }
      throw e.during("no node that answers knows space " + name);
    }
  }

  /** An id is never given again, and its kind never changes: what any node knows of it is right. */
  private SpaceRow opened(String name, Consistency wanted)
      throws VolvoxException, InterruptedException {
    // A consistent space is of no use without a quorum, and another may have its name by now.
    SpaceRow row = wanted == Consistency.CONSISTENT ? describe(name) : find(name);
    return KeyErrors.require(row, wanted);
  }

  /** Asks one node, and another besides when that takes long, until one knows it. */
  private final class Hedge {
    private final Bytes question;
    private final BlockingQueue<Optional<SpaceRow>> told = new LinkedBlockingQueue<>();
    private int awaited;

    Hedge(Bytes question) {
      this.question = question;
    }

    /** Empty if nobody who answers in time knows it. */
    Optional<SpaceRow> run() throws InterruptedException {
      long deadline = System.nanoTime() + FIND_MAX.toNanos();
      for (NodeId node : link.nodes()) {
        awaited++;
        Thread.ofVirtual().name("find at " + node).start(() -> ask(node));
        Optional<SpaceRow> row = next(NEXT_AFTER.toNanos());
        if (row.isPresent()) {
          return row;
        }
      }
      long left = deadline - System.nanoTime();
      while (awaited > 0 && left > 0) {
        Optional<SpaceRow> row = next(left);
        if (row.isPresent()) {
          return row;
        }
        left = deadline - System.nanoTime();
      }
      return Optional.empty();
    }

    private Optional<SpaceRow> next(long nanos) throws InterruptedException {
      Optional<SpaceRow> answer = told.poll(nanos, TimeUnit.NANOSECONDS);
      if (answer == null) {
        return Optional.empty();
      }
      awaited--;
      return answer;
    }

    /** Empty if the node does not know it, or not say so. */
    private void ask(NodeId node) {
      Optional<SpaceRow> row = Optional.empty();
      try {
        Bytes answer = link.askAt(node, Method.STALE_QUERY, question, FIND_MAX);
        Result result = Result.decode(StaleAnswer.decode(answer).result());
        row = result.isOk() ? Optional.of(SpaceRow.decode(result.body())) : row;
      } catch (CallException | MalformedException e) {
        row = Optional.empty(); // Another may know it; else the cluster is asked, and says why.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      told.add(row);
    }
  }
}
