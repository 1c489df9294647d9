package org.volvox.node.group;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.volvox.base.DiskException;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.consensus.log.ReadResult;
import org.volvox.consensus.log.Wal;
import org.volvox.consensus.log.WalRecord;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Message;

/**
 * Owns the log on disk, on its own thread. All writes that wait are made durable by one sync (group
 * commit); only then the messages that rest on them leave, in order, and the core hears of it.
 */
final class LogWriter implements RaftGroup.Work {
  private static final int READ_BYTES_MAX = 1 << 20;
  private static final long QUIET_MILLIS = 20;

  private sealed interface Job {}

  private record Write(Effect.Persist persist) implements Job {}

  private record Read(Effect.ReadEntries wanted) implements Job {}

  private record ReadNow(LogIndex first, LogIndex last, CompletableFuture<List<Entry>> answer)
      implements Job {}

  private record Stop() implements Job {}

  private final Wal log;
  private final BiConsumer<NodeId, Message> send;
  private final Consumer<Mail> post;
  private final LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>();

  LogWriter(Wal log, BiConsumer<NodeId, Message> send, Consumer<Mail> post) {
    this.log = log;
    this.send = send;
    this.post = post;
  }

  void write(Effect.Persist persist) {
    jobs.add(new Write(persist));
  }

  void read(Effect.ReadEntries wanted) {
    jobs.add(new Read(wanted));
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
          case Write _ -> {} // Done above, all by one sync.
          case Read(var wanted) ->
              post.accept(
                  new Mail.Fetched(
                      wanted.request(), read(wanted.first(), wanted.last(), wanted.bytesMax())));
          case ReadNow(var first, var last, var answer) -> readNow(first, last, answer);
          case Stop() -> stopped = true;
        }
      }
    }
    log.close();
  }

  private void writeAll(List<Job> taken) throws DiskException {
    List<Effect.Persist> writes = new ArrayList<>();
    List<WalRecord> records = new ArrayList<>();
    for (Job job : taken) {
      if (job instanceof Write(var persist)) {
        persist
            .state()
            .ifPresent(state -> records.add(new WalRecord.State(GroupParts.GROUP, state)));
        persist
            .entries()
            .forEach(entry -> records.add(new WalRecord.Append(GroupParts.GROUP, entry)));
        writes.add(persist);
      }
    }
    if (writes.isEmpty()) {
      return;
    }
    log.append(records);
    log.sync();
    for (Effect.Persist persist : writes) {
      persist.thenSend().forEach(message -> send.accept(message.to(), message.message()));
    }
    post.accept(
        new Mail.Durable(
            writes.getLast().write(),
            log.lastTerm(GroupParts.GROUP),
            log.lastIndex(GroupParts.GROUP)));
  }

  private void readNow(LogIndex first, LogIndex last, CompletableFuture<List<Entry>> answer)
      throws DiskException {
    try {
      answer.complete(read(first, last, READ_BYTES_MAX));
    } catch (DiskException e) {
      answer.completeExceptionally(e);
      throw e;
    }
  }

  private List<Entry> read(LogIndex first, LogIndex last, int bytesMax) throws DiskException {
    return switch (log.read(GroupParts.GROUP, first, last, bytesMax)) {
      case ReadResult.Entries(var entries) -> entries;
      case ReadResult.Damaged(var damage) ->
          throw new DiskException(DiskException.Kind.FAILED, damage.text());
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
