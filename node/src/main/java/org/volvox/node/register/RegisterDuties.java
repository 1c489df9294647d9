package org.volvox.node.register;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.RegisterAsk;
import org.volvox.base.syscall.RegisterCall;
import org.volvox.calls.CallException;
import org.volvox.consensus.paxos.Acceptors;
import org.volvox.consensus.paxos.Change;
import org.volvox.consensus.paxos.Query;
import org.volvox.consensus.paxos.RequestId;
import org.volvox.consensus.raft.Member;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Role;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;

/**
 * Keeps the acceptors what the voters are. Every node tells its own Paxos what the replicated state
 * says; the leader has them changed, one epoch after the other: toward the new set, a rescan, then
 * the new set alone. One node erases what was deleted, while all acceptors answer.
 */
public final class RegisterDuties implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegisterDuties.class);
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final Duration CALL_WITHIN = Duration.ofSeconds(2);
  private static final Duration ERASE_WITHIN = Duration.ofSeconds(1);

  /** Keys looked at in a turn that erases; about a thousand in a second. */
  private static final int PAGE = 200;

  private final NodeId self;
  private final Parts parts;
  private final ScheduledExecutorService ticker;
  private Optional<Bytes> erasedTo = Optional.empty();

  /** What the duties stand on. */
  public record Parts(
      RegisterHost host, ReplicatedLog group, Members members, NodeCalls calls, Peers peers) {}

  public RegisterDuties(NodeId self, Parts parts) {
    this.self = self;
    this.parts = parts;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(self + "-register-duties").factory());
  }

  public void start() {
    var _ = ticker.scheduleWithFixedDelay(this::tick, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }

  private void tick() {
    try {
      turn();
    } catch (CallException e) {
      LOG.debug("acceptors are looked after again later: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (MalformedException | RuntimeException e) {
      LOG.error("acceptors cannot be looked after: {}", e.getMessage(), e);
    }
  }

  private void turn() throws CallException, MalformedException, InterruptedException {
    Acceptors decided = decided(parts.calls());
    if (decided.epoch() > parts.host().acceptors().epoch()) {
      parts.host().decided(decided);
    }
    if (parts.group().view().role() == Role.LEADER) {
      lead(decided);
    }
    erase();
  }

  /** Who the acceptors are by this node's copy of the state. */
  public static Acceptors decided(NodeCalls calls) throws CallException {
    return NodeCalls.body(calls.askHere(new RegisterAsk.Acceptors()), RegisterDuties::decode);
  }

  private static Acceptors decode(Bytes body) throws MalformedException {
    if (body.isEmpty()) {
      return Acceptors.NONE;
    }
    ByteReader in = new ByteReader(body);
    Acceptors acceptors = Acceptors.read(in);
    in.end();
    return acceptors;
  }

  private void lead(Acceptors decided) throws CallException, InterruptedException {
    Membership members = parts.members().now();
    List<NodeId> voters = wanted(members);
    if (decided.isJoint()) {
      if (parts.host().rescanned() == decided.epoch()) {
        seat(decided.settled());
      } else {
        parts.host().rescan();
      }
    } else if (!voters.isEmpty() && !members.isJoint() && !decided.all().equals(voters)) {
      seat(decided.epoch() == 0 ? Acceptors.first(voters) : decided.toward(voters));
    }
  }

  /** The voters that stay, by id. */
  private static List<NodeId> wanted(Membership members) {
    return members.members().stream()
        .filter(member -> member.isVoter() && !member.leaving())
        .map(Member::id)
        .sorted()
        .toList();
  }

  private void seat(Acceptors next) throws CallException, InterruptedException {
    ByteWriter out = new ByteWriter();
    next.write(out);
    // If another leader was faster this is refused as stale, which is as good.
    RegisterCall call = new RegisterCall.Seat(next.epoch(), out.toBytes());
    if (parts.calls().call(call, CALL_WITHIN).isOk()) {
      LOG.info("acceptors of registers: {}", next.text());
    }
  }

  private void erase() {
    Acceptors now = parts.host().acceptors();
    boolean isMine = !now.isJoint() && !now.all().isEmpty() && now.all().getFirst().equals(self);
    if (!isMine || !now.all().stream().allMatch(parts.peers()::isUp)) {
      return;
    }
    RegisterStore.Page page = parts.host().page(erasedTo, PAGE);
    erasedTo = page.last();
    for (Bytes key : page.erasable()) {
      Query query = new Query(key, new Change.Erase(), new RequestId(0, 0), false);
      var _ = parts.host().ask(query, ERASE_WITHIN);
    }
  }
}
