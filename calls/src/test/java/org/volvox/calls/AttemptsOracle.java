package org.volvox.calls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.calls.CommandOutcome.RefusedBecause;

/** Drives one {@link CommandRetry} at random, and knows of each attempt whether it may have run. */
final class AttemptsOracle {
  private final CommandRetry retry;
  private final Prng prng;
  private final TreeSet<Integer> open = new TreeSet<>();
  private final TreeSet<Integer> doubtful = new TreeSet<>();
  private final List<RetryInput> told = new ArrayList<>();
  private Optional<CommandOutcome> outcome = Optional.empty();
  private MonoTime now = MonoTime.ZERO;

  AttemptsOracle(CommandRetry retry, Prng prng) {
    this.retry = retry;
    this.prng = prng;
  }

  /** The attempts that may have run, or may run still. */
  List<Integer> doubtful() {
    return Stream.concat(doubtful.stream(), open.stream()).toList();
  }

  CommandOutcome run() {
    tell(new RetryInput.Start(Optional.of(anyNode()), now));
    while (outcome.isEmpty()) {
      now = now.plus(Duration.ofMillis(prng.below(400)));
      boolean isDue = retry.nextDeadline().map(at -> !now.isBefore(at)).orElse(false);
      if (isDue) {
        tell(new RetryInput.TimerFired(now));
      } else if (prng.below(4) == 0) {
        tell(new RetryInput.LeaderSeen(anyNode(), now));
      } else if (!open.isEmpty()) {
        end(new ArrayList<>(open).get(prng.below(open.size())));
      }
    }
    return outcome.get();
  }

  private void end(int attempt) {
    open.remove(attempt);
    tell(
        switch (prng.below(12)) {
          case 0 -> answered(attempt, new CommandOutcome.Done(Bytes.utf8("done")));
          case 1 -> {
            doubtful.add(attempt);
            yield answered(attempt, new CommandOutcome.Unknown("unknown"));
          }
          case 2 -> {
            doubtful.add(attempt);
            yield new RetryInput.Failed(attempt, true, "broke", now);
          }
          case 3, 4, 5 -> new RetryInput.Failed(attempt, false, "down", now);
          case 6 -> answered(attempt, refused(RefusedBecause.FINAL));
          case 7 -> answered(attempt, refused(RefusedBecause.NO_ROOM));
          case 8, 9 -> answered(attempt, refused(RefusedBecause.NO_QUORUM));
          default -> answered(attempt, refused(RefusedBecause.NO_LEADER));
        });
  }

  private CommandOutcome refused(RefusedBecause why) {
    Optional<NodeId> leader = prng.below(2) == 0 ? Optional.empty() : Optional.of(anyNode());
    return new CommandOutcome.Refused(why, leader, "refused");
  }

  private RetryInput answered(int attempt, CommandOutcome how) {
    return new RetryInput.Answered(attempt, how, now);
  }

  private NodeId anyNode() {
    return new NodeId(1 + prng.below(3));
  }

  private void tell(RetryInput input) {
    told.add(input);
    retry.step(
        input,
        effect -> {
          switch (effect) {
            case RetryEffect.Send send -> open.add(send.attempt());
            case RetryEffect.Finished(var end) -> outcome = Optional.of(end);
          }
        });
  }

  @Override
  public String toString() {
    return told.toString();
  }
}
