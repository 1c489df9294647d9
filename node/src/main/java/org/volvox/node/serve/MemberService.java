package org.volvox.node.serve;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.RiskReport;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.message.MemberMessage;
import org.volvox.calls.message.MemberMessage.Answer;
import org.volvox.calls.message.MemberMessage.Request;
import org.volvox.calls.message.MemberMessage.Verdict;
import org.volvox.calls.message.NodeStatus;
import org.volvox.consensus.quorum.Majority;
import org.volvox.consensus.raft.Member;
import org.volvox.consensus.raft.MemberChange;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Role;
import org.volvox.node.group.GroupClock;
import org.volvox.node.group.ReplicatedLog;

/**
 * Requests about who belongs to the cluster. Any node takes them and brings them to the leader,
 * which puts what is wanted into the log; what takes long is then the duty of whoever leads ({@code
 * MemberDuties}), so that a request may be given up and asked again.
 */
public final class MemberService {
  private static final Duration ATTEMPT_MAX = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(40);

  /** A node that has just started answers far sooner. */
  private static final Duration REACHED_WITHIN = Duration.ofSeconds(3);

  /** Two of which one may break. */
  private static final int COPIES_SAFE = 2;

  private final NodeId self;
  private final Parts parts;
  private final Signal never = new Signal();

  /** What the service stands on. */
  public record Parts(
      ReplicatedLog group,
      Members members,
      Peers peers,
      Peers.Asker asker,
      NodeCalls calls,
      GroupClock clock) {}

  public MemberService(NodeId self, Parts parts) {
    this.self = self;
    this.parts = parts;
  }

  /** Answers a client's request, by whoever leads. */
  public Bytes ask(Bytes request, Duration timeout) throws CallException, InterruptedException {
    if (decode(request) instanceof Request.Show) {
      return answer(Verdict.DONE, "").encode();
    }
    MonoTime deadline = parts.clock().now().plus(timeout);
    String reason = "no leader is known";
    while (parts.clock().now().isBefore(deadline)) {
      Duration left = Duration.ofNanos(deadline.nanosSince(parts.clock().now()));
      Duration attempt = left.compareTo(ATTEMPT_MAX) < 0 ? left : ATTEMPT_MAX;
      try {
        if (parts.group().view().role() == Role.LEADER) {
          return lead(request, attempt);
        }
        Optional<NodeId> leader = parts.group().view().leader().filter(parts.peers()::isUp);
        if (leader.isPresent() && !leader.get().equals(self)) {
          return Futures.awaitCall(
              parts.asker().ask(leader.get(), Lane.CALLS, Method.PEER_MEMBER, request, attempt),
              attempt);
        }
      } catch (CallException e) {
        if (e.status() == CallStatus.MALFORMED) {
          throw e;
        }
        reason = String.valueOf(e.getMessage()); // Each request may be repeated.
      }
      if (parts.group().view().leader().isEmpty() && parts.peers().isCutOff()) {
        throw new CallException(CallStatus.NO_QUORUM, "no quorum: " + parts.peers().whoAnswers());
      }
      var _ = never.await(PAUSE);
    }
    throw new CallException(CallStatus.DEADLINE, "not answered in time: " + reason);
  }

  /** Answers another node: notes where it is, or does as the leader what it brings. */
  public Bytes fromPeer(NodeId peer, Bytes request, Duration timeout)
      throws CallException, InterruptedException {
    if (decode(request) instanceof Request.Here(var id, var address) && id.equals(peer)) {
      parts.members().met(id, address);
      return answer(Verdict.DONE, "").encode();
    }
    return lead(request, timeout);
  }

  /** Answers as the leader, or fails if this node does not lead. */
  public Bytes lead(Bytes request, Duration timeout) throws CallException, InterruptedException {
    MonoTime deadline = parts.clock().now().plus(timeout);
    Request wanted = decode(request);
    if (parts.group().view().role() != Role.LEADER) {
      throw new CallException(CallStatus.UNAVAILABLE, self + " does not lead");
    }
    Answer answer =
        switch (wanted) {
          case Request.Show() -> answer(Verdict.DONE, "");
          case Request.Add add -> add(add, deadline);
          case Request.Promote(var id) -> promote(id, deadline);
          case Request.Remove remove -> remove(remove, deadline);
          case Request.Transfer(var to) -> transfer(to);
          case Request.Priority(var id, var priority) ->
              change(new MemberChange.Priority(id, priority), deadline);
          case Request.Drain(var id, var drains) -> drain(id, drains);
          case Request.Heal(var afterMillis, var bytesPerSecond) ->
              heal(afterMillis, bytesPerSecond);
          case Request.Here(var id, _) ->
              answer(Verdict.REFUSED, "only " + id + " itself can say where it is");
        };
    return answer.encode();
  }

  private Answer add(Request.Add add, MonoTime deadline)
      throws CallException, InterruptedException {
    Optional<String> fixed = parts.group().membersAreFixed();
    if (fixed.isPresent()) {
      return answer(Verdict.REFUSED, fixed.get());
    }
    Membership now = parts.members().now();
    Optional<Member> there = now.member(add.id());
    boolean isSame = there.map(member -> member.address().equals(add.address())).orElse(false);
    if (!isSame && add.id().value() <= now.lastId()) {
      return answer(Verdict.ID_TAKEN, add.id() + " was given before");
    }
    Optional<String> wrong = isSame ? Optional.empty() : whyNotAdd(add, now);
    if (wrong.isPresent()) {
      return answer(Verdict.REFUSED, wrong.get());
    }
    if (!isSame) {
      InetSocketAddress address = Members.socket(add.address()).orElseThrow();
      if (!reaches(add.id(), address)) {
        return answer(
            Verdict.REFUSED,
            "no " + add.id() + " answers " + self + ", which leads, at " + add.address());
      }
      Answer added =
          change(new MemberChange.Add(add.id(), add.address(), add.votes(), voter(add)), deadline);
      if (added.verdict() != Verdict.DONE) {
        return added;
      }
    }
    return add.replaces().isEmpty() ? answer(Verdict.DONE, "") : letGo(add, deadline);
  }

  /** Only a voter is replaced by the log itself; a learner's place is taken by two changes. */
  private Optional<NodeId> voter(Request.Add add) {
    return add.replaces().filter(parts.members().now()::isVoter);
  }

  private Optional<String> whyNotAdd(Request.Add add, Membership now) {
    if (Members.socket(add.address()).isEmpty()) {
      return Optional.of("not an address: " + add.address());
    }
    Optional<Member> replaced = add.replaces().flatMap(now::member);
    if (add.replaces().isPresent() && replaced.isEmpty()) {
      return Optional.of("there is no node " + add.replaces().get());
    }
    if (replaced.isPresent() && replaced.get().isVoter() != add.votes()) {
      return Optional.of(
          replaced.get().id()
              + (add.votes() ? " has no vote" : " has a vote")
              + " to be taken over");
    }
    long voters =
        now.members().stream()
            .filter(member -> member.isVoter() || member.kind() == Member.Kind.JOINING)
            .count();
    if (add.votes() && replaced.isEmpty() && voters >= Majority.VOTERS_MAX) {
      return Optional.of(
          "a cluster has at most " + Majority.VOTERS_MAX + " voters; without a vote it can join");
    }
    return Optional.empty();
  }

  private Answer letGo(Request.Add add, MonoTime deadline)
      throws CallException, InterruptedException {
    NodeId replaced = add.replaces().orElseThrow();
    Optional<Member> member = parts.members().now().member(replaced);
    if (member.isEmpty()) {
      return answer(Verdict.DONE, "");
    }
    if (add.isForced()) {
      return change(new MemberChange.Remove(replaced), deadline);
    }
    return member.get().isVoter() || member.get().leaving()
        ? answer(Verdict.DONE, "")
        : change(new MemberChange.Drain(replaced, true), deadline);
  }

  private Answer promote(NodeId id, MonoTime deadline) throws CallException, InterruptedException {
    Optional<Member> member = parts.members().now().member(id);
    if (member.isEmpty()) {
      return answer(Verdict.REFUSED, "there is no node " + id);
    }
    return member.get().kind() == Member.Kind.LEARNER
        ? change(new MemberChange.Promote(id), deadline)
        : answer(Verdict.DONE, "");
  }

  private Answer remove(Request.Remove remove, MonoTime deadline)
      throws CallException, InterruptedException {
    NodeId id = remove.id();
    Membership now = parts.members().now();
    Optional<Member> member = now.member(id);
    if (member.isEmpty()) {
      return id.value() <= now.lastId()
          ? answer(Verdict.DONE, "")
          : answer(Verdict.REFUSED, "there never was a node " + id);
    }
    if (remove.stays()) {
      return member.get().leaving()
          ? change(new MemberChange.Drain(id, false), deadline)
          : answer(Verdict.DONE, "");
    }
    if (remove.isForced()) {
      return change(new MemberChange.Remove(id), deadline);
    }
    if (member.get().leaving()) {
      return answer(Verdict.DONE, "");
    }
    Optional<String> risk = risk(id);
    return risk.isPresent()
        ? answer(Verdict.REFUSED, risk.get())
        : change(new MemberChange.Drain(id, true), deadline);
  }

  /** Why a node's blocks could never be on two others, as things are; empty if they can. */
  private Optional<String> risk(NodeId leaving) throws CallException {
    List<NodeId> others =
        parts.members().stayers().stream().filter(node -> !node.equals(leaving)).toList();
    List<NodeId> silent = others.stream().filter(node -> !parts.peers().isUp(node)).toList();
    if (others.size() - silent.size() >= COPIES_SAFE) {
      return Optional.empty();
    }
    RiskReport report =
        NodeCalls.body(
            parts.calls().askHere(new FileAsk.AtRisk(leaving, silent)), RiskReport::decode);
    if (report.blocks() == 0) {
      return Optional.empty();
    }
    int answering = others.size() - silent.size();
    return Optional.of(
        (report.blocks() == RiskReport.BLOCKS_MAX ? "at least " : "")
            + report.blocks()
            + (report.blocks() == 1 ? " block" : " blocks")
            + " would be on fewer than two nodes that have them, "
            + report.first().map(first -> "the first " + first).orElse("")
            + (answering == 1 ? "; 1 other node answers" : "; no other node answers")
            + (silent.isEmpty() ? "" : ", down: " + silent));
  }

  private Answer drain(NodeId id, boolean drains) throws CallException, InterruptedException {
    return told(new FileCall.Drain(id, drains));
  }

  private Answer heal(long afterMillis, long bytesPerSecond)
      throws CallException, InterruptedException {
    PlacementTable.Care care = table().care();
    return told(
        new FileCall.SetHealing(
            afterMillis == 0 ? care.healAfterMillis() : afterMillis,
            bytesPerSecond == 0 ? care.healBytesPerSecond() : bytesPerSecond));
  }

  private Answer told(FileCall call) throws CallException, InterruptedException {
    Result result = parts.calls().call(call, ATTEMPT_MAX);
    return result.isOk() ? answer(Verdict.DONE, "") : answer(Verdict.REFUSED, result.text());
  }

  private PlacementTable table() throws CallException {
    return NodeCalls.body(parts.calls().askHere(new FileAsk.Placement()), PlacementTable::decode);
  }

  private Answer transfer(Optional<NodeId> to) throws CallException {
    Membership now = parts.members().now();
    if (to.equals(Optional.of(self))) {
      return answer(Verdict.DONE, "");
    }
    if (to.isPresent() && !now.isVoter(to.get())) {
      return answer(Verdict.REFUSED, to.get() + " has no vote and cannot lead");
    }
    List<NodeId> others =
        now.voters().stream()
            .filter(node -> !node.equals(self) && parts.peers().isUp(node))
            .toList();
    if (others.isEmpty() || (to.isPresent() && !others.contains(to.get()))) {
      return answer(
          Verdict.REFUSED,
          to.map(node -> node + " is down").orElse("no other voter answers to take over"));
    }
    parts.group().transfer(to);
    return answer(Verdict.DONE, "");
  }

  /** Puts a change into the log and waits until it is committed. */
  private Answer change(MemberChange change, MonoTime deadline)
      throws CallException, InterruptedException {
    String reason = "no answer in time";
    while (parts.clock().now().isBefore(deadline)) {
      Duration left = Duration.ofNanos(deadline.nanosSince(parts.clock().now()));
      Optional<ReplicatedLog.ChangeOutcome> outcome =
          Futures.await(parts.group().change(change), left);
      switch (outcome.orElseThrow(
          () -> new CallException(CallStatus.DEADLINE, "no answer in time"))) {
        case ReplicatedLog.ChangeOutcome.Begun(var index) -> {
          awaitCommit(index, deadline);
          return answer(Verdict.DONE, "");
        }
        case ReplicatedLog.ChangeOutcome.Refused(var isTemporary, var why) -> {
          if (!isTemporary) {
            return answer(Verdict.REFUSED, why);
          }
          reason = why;
        }
      }
      var _ = never.await(PAUSE);
    }
    return answer(Verdict.REFUSED, reason);
  }

  private void awaitCommit(LogIndex index, MonoTime deadline)
      throws CallException, InterruptedException {
    while (parts.group().view().commit().compareTo(index) < 0) {
      if (parts.group().view().role() != Role.LEADER || !parts.clock().now().isBefore(deadline)) {
        throw new CallException(
            CallStatus.UNAVAILABLE, self + " could not commit the change; it may still come");
      }
      var _ = never.await(PAUSE);
    }
  }

  /**
   * Whether a node that is to be added answers here: one that does not would only be in the way.
   */
  private boolean reaches(NodeId node, InetSocketAddress address) throws InterruptedException {
    parts.members().consider(node, address);
    try {
      MonoTime deadline = parts.clock().now().plus(REACHED_WITHIN);
      while (parts.clock().now().isBefore(deadline)) {
        try {
          var _ =
              Futures.awaitCall(
                  parts
                      .asker()
                      .ask(
                          node,
                          Lane.CALLS,
                          Method.PEER_STATUS,
                          NodeStatus.request(false),
                          REACHED_WITHIN),
                  REACHED_WITHIN);
          return true;
        } catch (CallException e) {
          var _ = never.await(PAUSE);
        }
      }
      return false;
    } finally {
      parts.members().dismiss(node);
    }
  }

  private Answer answer(Verdict verdict, String text) throws CallException {
    Members.At at = parts.members().at();
    Membership now = at.members();
    PlacementTable table = table();
    List<MemberMessage.Row> rows =
        now.members().stream()
            .map(member ->
                new MemberMessage.Row(
                    member.id(),
                    parts.members().address(member.id()),
                    kind(member.kind()),
                    member.priority(),
                    member.replaces(),
                    member.leaving() || member.kind() == Member.Kind.OUTGOING,
                    table.isComplete(member.id())))
            .toList();
    boolean isChanging = !at.isSettled(parts.group().view().commit());
    return new Answer(verdict, text, now.lastId(), isChanging, rows);
  }

  private static MemberMessage.Kind kind(Member.Kind kind) {
    return switch (kind) {
      case VOTER, OUTGOING -> MemberMessage.Kind.VOTER;
      case LEARNER -> MemberMessage.Kind.LEARNER;
      case JOINING, INCOMING -> MemberMessage.Kind.JOINING;
    };
  }

  private static Request decode(Bytes request) throws CallException {
    try {
      return Request.decode(request);
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }
}
