package org.volvox.client.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  /** One node that is asked for an id; one that takes longer is stopped, perhaps. */
  private static final Duration ATTEMPT_MAX = Duration.ofSeconds(1);

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
    for (NodeId node : link.nodes()) {
      Optional<SpaceRow> row = findAt(node, question);
      if (row.isPresent()) {
        return row.get();
      }
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

  /** Empty if the node does not know it, or not say so. */
  private Optional<SpaceRow> findAt(NodeId node, Bytes question) throws InterruptedException {
    try {
      Duration within = link.timeout().compareTo(ATTEMPT_MAX) < 0 ? link.timeout() : ATTEMPT_MAX;
      Bytes answer = link.askAt(node, Method.STALE_QUERY, question, within);
      Result result = Result.decode(StaleAnswer.decode(answer).result());
      return result.isOk() ? Optional.of(SpaceRow.decode(result.body())) : Optional.empty();
    } catch (CallException | MalformedException e) {
      return Optional.empty(); // Another node may know it; else the cluster is asked, and says why.
    }
  }
}
