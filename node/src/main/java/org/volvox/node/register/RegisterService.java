package org.volvox.node.register;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.RegisterMessage;
import org.volvox.calls.message.RegisterMessage.Action;
import org.volvox.calls.message.RegisterMessage.Answer;
import org.volvox.calls.message.RegisterMessage.Request;
import org.volvox.calls.message.RegisterMessage.Verdict;
import org.volvox.consensus.paxos.Change;
import org.volvox.consensus.paxos.PaxosEffect;
import org.volvox.consensus.paxos.Query;
import org.volvox.consensus.paxos.Register;
import org.volvox.consensus.paxos.RequestId;
import org.volvox.node.serve.Admission;
import org.volvox.node.serve.Peers;

/** Answers clients' requests about registers, by this node's own proposer. */
public final class RegisterService {
  private final RegisterHost host;
  private final Peers peers;
  private final Admission admission;

  public RegisterService(RegisterHost host, Peers peers, Admission admission) {
    this.host = host;
    this.peers = peers;
    this.admission = admission;
  }

  /** Answers a request; fails with a {@link CallException} if it follows no format. */
  public CompletableFuture<Bytes> ask(Bytes request, Duration timeout) {
    Query query;
    try {
      query = query(Request.decode(request));
    } catch (MalformedException e) {
      return CompletableFuture.failedFuture(
          new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage())));
    }
    Optional<String> full = admission.refusal();
    if (full.isPresent() && isGrowing(query.change())) {
      return CompletableFuture.failedFuture(new CallException(CallStatus.NO_ROOM, full.get()));
    }
    return host.ask(query, timeout).thenApply(answer -> answer(answer).encode());
  }

  private static Query query(Request request) {
    Change change =
        switch (request.action()) {
          case Action.Get() -> new Change.Get();
          case Action.Set(var value) -> new Change.Set(value);
          case Action.Compare(var expected, var next) -> new Change.Compare(expected, next);
          case Action.Decide(var value) -> new Change.Decide(value);
        };
    return new Query(
        Bytes.utf8(request.name()),
        change,
        new RequestId(request.client(), request.time()),
        request.isAgain());
  }

  private static boolean isGrowing(Change change) {
    return switch (change) {
      case Change.Set(var value) -> value.isPresent();
      case Change.Compare(_, var next) -> next.isPresent();
      case Change.Decide _ -> true;
      case Change.Get(), Change.Touch(), Change.Erase() -> false;
    };
  }

  private Answer answer(PaxosEffect.Answer answer) {
    Register register = answer.register();
    RegisterMessage.Value value =
        new RegisterMessage.Value(register.value(), register.version(), register.isDecided());
    return switch (answer.verdict()) {
      case DONE -> new Answer(Verdict.DONE, value, 0, "");
      case DIFFERS -> new Answer(Verdict.DIFFERS, value, 0, "");
      case REFUSED -> new Answer(Verdict.REFUSED, value, register.memory().forgotten(), why());
      case UNKNOWN -> new Answer(Verdict.UNKNOWN, value, register.memory().forgotten(), why());
    };
  }

  private String why() {
    return "no majority answered: " + peers.whoAnswers();
  }
}
