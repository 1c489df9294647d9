package org.volvox.node.group;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.DiskException;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.log.ReadResult;
import org.volvox.consensus.log.WalDamage;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.Recovered.Place;
import org.volvox.consensus.raft.Rules;
import org.volvox.consensus.repair.RepairAnswers;
import org.volvox.consensus.repair.RepairMessage;
import org.volvox.node.measure.Measure;
import org.volvox.node.measure.Timing;

/**
 * Owns the log on disk, on its own thread. All writes that wait are made durable by one sync (group
 * commit); only then the messages that rest on them leave, in order, and the core hears of it.
 */
final class LogWriter implements RaftGroup.Work {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
  private static final int READ_BYTES_MAX = 1 << 20;
  private static final long QUIET_MILLIS = 20;

  private sealed interface Job {}

  private record Write(Effect.Persist persist) implements Job {}

  private record Read(Effect.ReadEntries wanted) implements Job {}

  private record ReadNow(LogIndex first, LogIndex last, CompletableFuture<List<Entry>> answer)
      implements Job {}

  private record Answer(
      RepairMessage.Ask ask, Place applied, CompletableFuture<RepairMessage.Answer> answer)
      implements Job {}

  private record Purge(LogIndex index, Term term) implements Job {}

  private record Restart(Effect.InstallSnapshot snapshot, Runnable whenDurable) implements Job {}

  private record Shorten(LogIndex flushed, long stateBytes) implements Job {}

  private record Stop() implements Job {}

  private final RaftWal log;
  private final LogBounds bounds;
  private final BiConsumer<NodeId, Message> send;
  private final Consumer<Mail> post;
  private final Supplier<LogIndex> flush;
  private final LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
  private final Timing times = new Timing();
  private volatile LogIndex durable;
  private volatile long bytes;

  /**
   * @param flush makes the state durable and says up to which entry it goes
   */
  LogWriter(
      RaftWal log,
      LogBounds bounds,
      Supplier<LogIndex> flush,
      BiConsumer<NodeId, Message> send,
      Consumer<Mail> post) {
    this.flush = flush;
    this.log = log;
    this.bounds = bounds;
    this.send = send;
    this.post = post;
    this.durable = log.lastIndex();
    this.bytes = log.bytes();
  }

  /** The last entry that is durable here. */
  LogIndex durable() {
    return durable;
  }

  /** What the log takes on the disk. */
  long bytes() {
    return bytes;
  }

  Measure measure() {
    return Measure.spans(
        "volvox_log_sync_seconds", "Writes of the log, each with its sync; many share one.", times);
  }

  boolean isTooBig() {
    return bytes > bounds.bytesMax();
  }

  void write(Effect.Persist persist) {
    jobs.add(new Write(persist));
  }

  void read(Effect.ReadEntries wanted) {
    jobs.add(new Read(wanted));
  }

  /** Forgets the beginning of the log, in its turn. */
  void purge(Effect.Purge purge) {
    jobs.add(new Purge(purge.index(), purge.term()));
  }

  /** Puts a snapshot in the place of all entries, in its turn; then runs what waits for it. */
  void restart(Effect.InstallSnapshot snapshot, Runnable whenDurable) {
    jobs.add(new Restart(snapshot, whenDurable));
  }

  /** The state is durable up to there: says what may go if the log is too big. */
  void shorten(LogIndex flushed, long stateBytes) {
    jobs.add(new Shorten(flushed, stateBytes));
  }

  /** Reads committed entries and waits for them; for the apply thread. */
  List<Entry> readNow(LogIndex first, LogIndex last) throws InterruptedException {
    CompletableFuture<List<Entry>> answer = new CompletableFuture<>();
    jobs.add(new ReadNow(first, last, answer));
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw Invariant.broken("the log could not be read: " + e.getCause());
    }
  }

  /** Answers a member that repairs its log; {@code applied} is in the state. */
  CompletableFuture<RepairMessage.Answer> answer(RepairMessage.Ask ask, Place applied) {
    CompletableFuture<RepairMessage.Answer> answer = new CompletableFuture<>();
    jobs.add(new Answer(ask, applied, answer));
    return answer;
  }

  void stop() {
    jobs.add(new Stop());
  }

  @Override
  public void run() throws Exception {
    List<Job> taken = new ArrayList<>();
    boolean stopped = false;
    while (!stopped) {
      taken.clear();
      taken.add(take());
      jobs.drainTo(taken);
      writeAll(taken);
      for (Job job : taken) {
        switch (job) {
          case Write _, Purge _, Restart _ -> {} // Done above.
          case Read(var wanted) -> readFor(wanted);
          case Answer(var ask, var applied, var answer) ->
              answer.complete(RepairAnswers.of(log, applied, ask, Rules.PAPER));
          case ReadNow(var first, var last, var answer) -> readNow(first, last, answer);
          case Shorten(var upTo, var stateBytes) -> offer(upTo, stateBytes);
          case Stop() -> stopped = true;
        }
      }
    }
    log.close();
  }

  /** All writes in their order, those between two changes of the log's beginning by one sync. */
  private void writeAll(List<Job> taken) throws DiskException {
    List<Effect.Persist> writes = new ArrayList<>();
    for (Job job : taken) {
      switch (job) {
        case Write(var persist) -> writes.add(persist);
        case Purge(var index, var term) -> {
          writeTogether(writes);
          log.purge(index, term);
        }
        case Restart(var snapshot, var whenDurable) -> {
          writeTogether(writes);
          log.restart(snapshot.index(), snapshot.term());
          durable(snapshot.write());
          whenDurable.run();
        }
        case Read _, ReadNow _, Answer _, Shorten _, Stop _ -> {}
      }
    }
    writeTogether(writes);
    bytes = log.bytes();
  }

  private void writeTogether(List<Effect.Persist> writes) throws DiskException {
    if (writes.isEmpty()) {
      return;
    }
    long begun = System.nanoTime();
    log.persist(writes);
    log.sync();
    times.add(System.nanoTime() - begun);
    for (Effect.Persist persist : writes) {
      persist.thenSend().forEach(message -> send.accept(message.to(), message.message()));
    }
    durable(writes.getLast().write());
    writes.clear();
  }

  private void durable(long write) {
    durable = log.lastIndex();
    post.accept(new Mail.Durable(write, log.lastTerm(), log.lastIndex()));
  }

  private void offer(LogIndex flushed, long stateBytes) {
    LogIndex upTo = log.purgeable(bounds.bytesKept());
    if (isTooBig()) {
      post.accept(
          new Mail.MayShorten(
              upTo.isBefore(flushed) ? upTo : flushed,
              bytes > bounds.pressingBytes() + stateBytes));
    }
  }

  /** Entries for a follower; what cannot be read and is in the durable state is let go. */
  private void readFor(Effect.ReadEntries wanted) throws DiskException {
    List<Entry> entries = List.of();
    switch (log.read(wanted)) {
      case ReadResult.Entries(var found) -> entries = found;
      case ReadResult.Damaged(var damage) -> {
        LogIndex durableState = flush.get();
        if (durableState.isBefore(wanted.first())) {
          throw damaged(damage);
        }
        LOG.warn(
            "{} at byte {} is damaged: {}; the state has what was there, so the log lets go of it",
            damage.segment(),
            damage.offset(),
            damage.why());
        post.accept(new Mail.MayShorten(durableState, true));
      }
    }
    post.accept(new Mail.Fetched(wanted.request(), entries));
  }

  private static DiskException damaged(WalDamage damage) {
    return new DiskException(
        DiskException.Kind.FAILED,
        damage.place() + ". Start the node again: it gets what is missing from the others");
  }

  private void readNow(LogIndex first, LogIndex last, CompletableFuture<List<Entry>> answer)
      throws DiskException {
    try {
      answer.complete(entries(new Effect.ReadEntries(0, first, last, READ_BYTES_MAX)));
    } catch (DiskException e) {
      answer.completeExceptionally(e);
      throw e;
    }
  }

  private List<Entry> entries(Effect.ReadEntries wanted) throws DiskException {
    return switch (log.read(wanted)) {
      case ReadResult.Entries(var entries) -> entries;
      case ReadResult.Damaged(var damage) -> throw damaged(damage);
    };
  }

  /** The next job; a log that is left alone for a moment does its housekeeping. */
  private Job take() throws DiskException, InterruptedException {
    @Nullable Job job = jobs.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
    if (job == null) {
      log.idle();
      job = jobs.take();
    }
    return job;
  }
}
