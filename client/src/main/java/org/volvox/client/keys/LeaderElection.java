package org.volvox.client.keys;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Status;
import org.volvox.client.VolvoxException;

/**
 * One of several programs leads until it resigns or dies; each says something of itself, such as
 * its address. As with a lock, one that lost may not know yet: its token says so to the cluster.
 * Thread-safe.
 */
@Api
public final class LeaderElection {
  private final ConsistentSpace space;
  private final Contest contest;
  private final String what;
  private final Duration ttl;

  public LeaderElection(ConsistentSpace space, String name) {
    this(space, name, KeyLock.TTL_DEFAULT);
  }

  /**
   * An election that is the keys below this name in the space.
   *
   * @param ttl a dead leader leads for so long
   */
  public LeaderElection(ConsistentSpace space, String name, Duration ttl) {
    this.space = space;
    this.what = "election " + name + " of space " + space.name();
    this.contest = new Contest(space, Bytes.utf8(name), what);
    this.ttl = ttl;
  }

  /**
   * Who leads.
   *
   * @param value what it says of itself
   * @param token greater than that of each leader before
   */
  @Api
  public record Leader(Bytes value, long token) {
    private static Leader of(KeyRow row) {
      return new Leader(row.value(), row.created());
    }
  }

  /** This program's time as the leader. Closing it resigns. */
  @Api
  public static final class Term implements AutoCloseable {
    private final LeaderElection election;
    private final Contest.Entry entry;

    private Term(LeaderElection election, Contest.Entry entry) {
      this.election = election;
      this.entry = entry;
    }

    /** That of each later leader is greater. */
    public long token() {
      return entry.created();
    }

    /** What a transaction compares so that nothing is done unless this one leads then. */
    public List<KeyCompare> stillLeads() {
      return List.of(entry.stillThere());
    }

    /** Whether it surely led when this was asked. */
    public boolean isLeading() {
      return entry.lease().isHeld();
    }

    /** Has this run once if it is lost. */
    public void onLost(Runnable action) {
      entry.lease().onLost(action);
    }

    /** Says something else of itself; refused as STALE if it leads no more. */
    public void proclaim(Bytes value) throws VolvoxException, InterruptedException {
      boolean isDone =
          election
              .space
              .transaction()
              .when(stillLeads())
              .then(new KeyAct.Put(entry.key(), value, entry.lease().id(), false))
              .commit()
              .succeeded();
      if (!isDone) {
        throw VolvoxException.refused(
            Status.STALE, election.what + ": this one leads no more", "Campaign again.");
      }
    }

    @Override
    public void close() {
      entry.lease().close();
    }
  }

  /** Waits until this one leads, however long others do. */
  public Term campaign(Bytes value) throws VolvoxException, InterruptedException {
    Contest.Entry entry = contest.enter(value, ttl);
    boolean isWon = false;
    try {
      isWon = contest.await(entry, Optional.empty());
      return new Term(this, entry);
    } finally {
      if (!isWon) {
        entry.lease().close();
      }
    }
  }

  public Term campaign(String value) throws VolvoxException, InterruptedException {
    return campaign(Bytes.utf8(value));
  }

  /** Who leads now. */
  public Optional<Leader> leader() throws VolvoxException, InterruptedException {
    return contest.first().map(Leader::of);
  }

  /** Begins to follow who leads; close it. */
  public Observation observe() throws VolvoxException, InterruptedException {
    return new Observation(this);
  }

  /** Who leads, each time that this or what it says of itself changes. For one thread. */
  @Api
  public static final class Observation implements AutoCloseable {
    private final Contest.Leaders leaders = new Contest.Leaders();
    private final KeyWatch watch;
    private Optional<Leader> told = Optional.empty();
    private boolean isFirst = true;

    private Observation(LeaderElection election) throws VolvoxException, InterruptedException {
      leaders.read(election.space, election.contest.range());
      watch = election.space.watch(election.contest.range(), leaders.revision() + 1, false);
    }

    /** Who leads now the first time, then each other that is seen to; empty is nobody. */
    public Optional<Leader> next() throws VolvoxException, InterruptedException {
      Optional<Leader> now = leaders.first().map(Leader::of);
      while (!isFirst && now.equals(told)) {
        leaders.take(watch.take());
        now = leaders.first().map(Leader::of);
      }
      isFirst = false;
      told = now;
      return now;
    }

    @Override
    public void close() {
      watch.close();
    }
  }
}
