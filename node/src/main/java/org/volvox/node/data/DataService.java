package org.volvox.node.data;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.DataMessage;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Answer;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.calls.message.DataMessage.Request;
import org.volvox.calls.message.DataMessage.Silent;
import org.volvox.calls.message.DataMessage.Verdict;
import org.volvox.calls.message.DataToken;
import org.volvox.crdt.AtomKey;
import org.volvox.crdt.AtomRange;
import org.volvox.crdt.Change;
import org.volvox.crdt.ReplicaView;
import org.volvox.crdt.Versions;
import org.volvox.node.serve.Admission;

/**
 * Answers clients' requests about available spaces, by what this node has. It never waits: a single
 * atom is read where the request arrives, all else is answered by the threads of {@link DataHost}.
 */
public final class DataService {
  /** What a node lacks that hears the others is there in milliseconds; else another may have it. */
  private static final Duration BEHIND_AFTER = Duration.ofSeconds(2);

  private final NodeId self;
  private final DataHost host;
  private final LongFunction<Optional<SpaceRow>> spaces;
  private final Admission admission;

  /**
   * On a node's data.
   *
   * @param spaces a space by its id in this node's own state
   */
  public DataService(
      NodeId self, DataHost host, LongFunction<Optional<SpaceRow>> spaces, Admission admission) {
    this.self = self;
    this.host = host;
    this.spaces = spaces;
    this.admission = admission;
  }

  /** Answers a request; fails with a {@link CallException} if it cannot be answered here now. */
  public CompletableFuture<Bytes> ask(Bytes request, Duration timeout) {
    try {
      Request asked = Request.decode(request);
      Optional<Answer> refused = refusal(asked);
      return refused.isPresent()
          ? CompletableFuture.completedFuture(refused.get().encode())
          : admit(asked, request.length(), timeout);
    } catch (MalformedException e) {
      return CompletableFuture.failedFuture(
          new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage())));
    } catch (CallException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Optional<Answer> refusal(Request asked) {
    Optional<SpaceRow> space = spaces.apply(asked.space());
    if (space.isEmpty()) {
      String why =
          self
              + " knows no space "
              + asked.space()
              + ": it was removed, or it is so new that this node has not heard of it yet";
      return Optional.of(not(Verdict.UNKNOWN_SPACE, why));
    }
    Consistency consistency = space.get().consistency();
    Optional<String> why =
        consistency == Consistency.AVAILABLE
            ? DataBounds.refusal(asked.action())
            : Optional.of(
                "the space "
                    + space.get().name()
                    + " is "
                    + consistency.word()
                    + ": no node answers for it alone");
    return why.map(text -> not(Verdict.REFUSED, text));
  }

  private CompletableFuture<Bytes> admit(Request asked, int bytes, Duration timeout)
      throws CallException {
    Optional<String> full = admission.refusal();
    if (full.isPresent() && isGrowing(asked.action())) {
      throw new CallException(CallStatus.NO_ROOM, full.get());
    }
    Duration patience = timeout.compareTo(BEHIND_AFTER) < 0 ? timeout : BEHIND_AFTER;
    return host.await(DataWire.versions(asked.seen()), bytes, patience)
        .thenCompose(isThere ->
            isThere
                ? act(asked.space(), asked.action())
                : CompletableFuture.completedFuture(not(Verdict.BEHIND, behind())))
        .thenApply(Answer::encode);
  }

  private static boolean isGrowing(Action action) {
    return switch (action) {
      case Action.Put _, Action.Mark _, Action.Add _ -> true;
      case Action.Erase _, Action.Reset _, Action.Look _, Action.Parts _, Action.Range _ -> false;
    };
  }

  private String behind() {
    List<Silent> silent = host.silent();
    String who =
        silent.isEmpty()
            ? "all others are heard; ask again"
            : silent.stream()
                .map(each -> each.node() + " is silent for " + each.millis() + " ms")
                .collect(Collectors.joining(", ", "", "; ask another node"));
    return self + " does not have all that this request has seen: " + who;
  }

  private CompletableFuture<Answer> act(long space, Action action) {
    return switch (action) {
      case Action.Put(var place, var value) -> change(space, place, new Change.Put(value));
      case Action.Mark(var place) -> change(space, place, new Change.Mark());
      case Action.Erase(var place) -> change(space, place, new Change.Erase());
      case Action.Add(var place, var amount) -> change(space, place, new Change.Add(amount));
      case Action.Reset(var place) -> change(space, place, new Change.Reset());
      case Action.Look(var place) -> look(DataWire.key(space, place));
      case Action.Parts(var key, var kind, var after, var limit) -> {
        AtomRange all = AtomRange.of(space, key, DataWire.kind(kind));
        AtomRange rest =
            after
                .map(part -> all.behind(DataWire.key(space, new Place(key, kind, part))))
                .orElse(all);
        yield host.scan(view -> page(view, rest, limit));
      }
      case Action.Range(var range, var after, var limit) -> {
        AtomRange all = DataWire.range(space, range);
        AtomRange rest = after.map(place -> all.behind(DataWire.key(space, place))).orElse(all);
        yield host.scan(view -> page(view, rest, limit));
      }
    };
  }

  private CompletableFuture<Answer> change(long space, Place place, Change change) {
    AtomKey key = DataWire.key(space, place);
    return host.change(key, change)
        .thenApply(outcome ->
            switch (outcome) {
              case DataHost.Outcome.Done(var atom, var base) ->
                  done(List.of(DataWire.atom(key, atom)), base, false);
              case DataHost.Outcome.Refused(var why) -> not(Verdict.REFUSED, why);
            });
  }

  private CompletableFuture<Answer> look(AtomKey key) {
    try {
      return CompletableFuture.completedFuture(
          host.read(view -> done(List.of(DataWire.atom(key, view.atom(key))), view.base(), false)));
    } catch (CallException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Answer page(ReplicaView view, AtomRange range, int limit) {
    ReplicaView.Page page = view.page(range, limit, KeyLimits.PAGE_BYTES_MAX);
    return done(DataWire.atoms(page.pieces()), view.base(), page.isMore());
  }

  private Answer done(List<DataMessage.Atom> atoms, Versions base, boolean isMore) {
    return new Answer(Verdict.DONE, "", DataWire.token(base), atoms, isMore, host.silent());
  }

  private Answer not(Verdict verdict, String why) {
    return new Answer(verdict, why, DataToken.NONE, List.of(), false, host.silent());
  }
}
