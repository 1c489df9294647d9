package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.volvox.base.MonoTime;
import org.volvox.base.syscall.KeyCall;

/**
 * A leader's timers of leases, by its monotonic clock alone: no wall clock that jumps ends a lease.
 *
 * <ol>
 *   <li>A lease ends no sooner than its whole life after its last renewal was asked for, whoever
 *       led meanwhile.
 *   <li>What was left of it survives a change of leaders, but for what passed since the last
 *       checkpoint: less than a quarter of its life, or two seconds.
 * </ol>
 *
 * <p>It belongs to one leader in one term; another one begins with a new object and what the state
 * says. One thread uses it.
 */
public final class LeaseTimers {
  /** Of a short lease less than this may be given anew by a change of leaders. */
  private static final long CHECKPOINT_MILLIS_MIN = 2_000;

  private static final long NANOS_OF_MILLI = 1_000_000L;

  private final TreeMap<Long, Timer> timers = new TreeMap<>();
  private final TreeSet<Ending> endings = new TreeSet<>();
  private final TreeSet<Ending> checkpoints = new TreeSet<>();
  private long learnt;

  /**
   * A lease as the state has it.
   *
   * @param index of the log, at which it was last granted, renewed or checkpointed
   * @param remainingMillis what was left then
   */
  public record News(long index, long lease, long renewal, long ttlMillis, long remainingMillis) {}

  private record Timer(News news, MonoTime ends, MonoTime checkpoint) {}

  /** When something is due for a lease. */
  private record Ending(MonoTime at, long lease) implements Comparable<Ending> {
    @Override
    public int compareTo(Ending other) {
      int order = at.compareTo(other.at);
      return order != 0 ? order : Long.compare(lease, other.lease);
    }
  }

  /** Up to which index of the log it knows what became of leases. */
  public long learnt() {
    return learnt;
  }

  /** Takes what happened to leases, in the order of the log. */
  public void learn(List<News> all, MonoTime now) {
    for (News news : all) {
      learnt = Math.max(learnt, news.index());
      Optional<Timer> before = Optional.ofNullable(timers.get(news.lease()));
      boolean isOwnCheckpoint =
          before.isPresent() && before.get().news().renewal() == news.renewal();
      MonoTime ends =
          isOwnCheckpoint
              ? before.get().ends()
              : now.plusNanos(news.remainingMillis() * NANOS_OF_MILLI);
      forget(news.lease());
      set(new Timer(news, ends, nextCheckpoint(news, now)));
    }
  }

  private static MonoTime nextCheckpoint(News news, MonoTime now) {
    long every = Math.max(CHECKPOINT_MILLIS_MIN, news.ttlMillis() / 4);
    return now.plusNanos(every * NANOS_OF_MILLI);
  }

  private void set(Timer timer) {
    timers.put(timer.news().lease(), timer);
    endings.add(new Ending(timer.ends(), timer.news().lease()));
    checkpoints.add(new Ending(timer.checkpoint(), timer.news().lease()));
  }

  /** It has ended. */
  public void forget(long lease) {
    Optional.ofNullable(timers.remove(lease))
        .ifPresent(timer -> {
          endings.remove(new Ending(timer.ends(), lease));
          checkpoints.remove(new Ending(timer.checkpoint(), lease));
        });
  }

  /** Those whose time is over: to be ended, and then forgotten, or learnt again. */
  public List<KeyCall.Expire> due(MonoTime now, int limit) {
    List<KeyCall.Expire> due = new ArrayList<>();
    for (Ending ending : endings) {
      if (now.isBefore(ending.at()) || due.size() >= limit) {
        break;
      }
      News news = timer(ending.lease()).news();
      due.add(new KeyCall.Expire(news.lease(), news.renewal()));
    }
    return due;
  }

  /** What is left of those of which the state has known too much for a while. */
  public List<KeyCall.Checkpoint.Left> checkpoints(MonoTime now, int limit) {
    List<KeyCall.Checkpoint.Left> left = new ArrayList<>();
    while (!checkpoints.isEmpty() && left.size() < limit) {
      Ending first = checkpoints.getFirst();
      if (now.isBefore(first.at())) {
        break;
      }
      Timer timer = timer(first.lease());
      long leftMillis = Math.max(0, timer.ends().nanosSince(now)) / NANOS_OF_MILLI;
      left.add(new KeyCall.Checkpoint.Left(first.lease(), timer.news().renewal(), leftMillis));
      // If it is lost it is said again; if not, it is learnt.
      forget(first.lease());
      set(new Timer(timer.news(), timer.ends(), nextCheckpoint(timer.news(), now)));
    }
    return left;
  }

  private Timer timer(long lease) {
    return Optional.ofNullable(timers.get(lease)).orElseThrow();
  }
}
