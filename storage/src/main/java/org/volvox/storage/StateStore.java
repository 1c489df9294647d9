package org.volvox.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.snapshot.SnapshotPart;

/**
 * The replicated state of a node: a {@link RocksStore} that can be replaced whole by a snapshot
 * staged beside it, under those who use it. One thread writes and swaps; any may read and flush.
 *
 * <ol>
 *   <li>A staged snapshot counts only once it is durable to its end; what a crash left before that
 *       is deleted at the next start.
 *   <li>One write decides which store is live (see {@link StateFolder}); a crash on either side of
 *       it leaves one whole store, and the swap can be finished or begun again.
 *   <li>Who holds a view or a batch of the old store finishes on it; it goes with the last of them.
 * </ol>
 */
public final class StateStore implements OrderedStore {
  private final StateFolder folder;
  private final long memoryBytes;
  private final Steps steps;
  private final List<Generation> retired = new ArrayList<>();

  /** Held while what is staged begins, goes or becomes the store. */
  private final ReentrantLock staging = new ReentrantLock();

  private Generation current;
  private Optional<Staged> staged;
  private boolean closed;

  /** A complete snapshot beside the store. */
  public record Staged(SnapshotPart.Header header, String name) {}

  /** What a test wants to happen between two steps of a swap. */
  interface Steps {
    Steps NONE = step -> {};

    void at(Step step) throws IOException;
  }

  /** What has just been done on the disk, in order. */
  enum Step {
    STAGED_FLUSHED,
    STAGED_MARKED,
    NEW_OPENED,
    NEW_LIVE,
    MARK_DELETED
  }

  /** One store with those who use it. */
  private static final class Generation {
    private final RocksStore store;
    private final Path path;
    private final PendingRows pending;
    private final RowCache cache = new RowCache();
    private int users;
    private boolean isOld;

    Generation(RocksStore store, Path path) {
      this.store = store;
      this.pending = new PendingRows(store);
      this.path = path;
    }
  }

  private StateStore(StateFolder folder, long memoryBytes, Steps steps) throws IOException {
    this.folder = folder;
    this.memoryBytes = memoryBytes;
    this.steps = steps;
    this.staged = folder.begin();
    Path live = folder.live();
    this.current = new Generation(RocksStore.open(live, memoryBytes), live);
  }

  /** Opens the store at a path, made if there is none; deletes what a crash left half made. */
  public static StateStore open(Path path, long memoryBytes) {
    return open(path, memoryBytes, Steps.NONE);
  }

  static StateStore open(Path path, long memoryBytes, Steps steps) {
    try {
      return new StateStore(new StateFolder(path), memoryBytes, steps);
    } catch (IOException failed) {
      throw new StoreException(
          "cannot open the state at " + path + ": " + failed.getMessage(), failed);
    }
  }

  /** Whether there is a store at the path. */
  public static boolean exists(Path path) {
    return new StateFolder(path).exists();
  }

  /** The snapshot that is staged to its end, if any. */
  public synchronized Optional<Staged> staged() {
    return staged;
  }

  /** Begins to stage a snapshot; one that was staged before is dropped. One at a time. */
  public StagedState stage() throws IOException {
    staging.lock();
    try {
      dropStaged();
      Path path = folder.fresh();
      // A quarter of the live store's memory: it takes ascending keys and is not read.
      RocksStore store = RocksStore.open(path, Math.max(memoryBytes / 4, RocksStore.INDEX_BYTES));
      return new StagedState(store, path, this::completed);
    } finally {
      staging.unlock();
    }
  }

  /** Deletes the staged snapshot, if there is one. */
  public void dropStaged() throws IOException {
    staging.lock();
    try {
      Optional<Staged> dropped = staged();
      if (dropped.isPresent()) {
        setStaged(Optional.empty());
        folder.unmark();
        folder.delete(folder.path(dropped.get().name()));
      }
    } finally {
      staging.unlock();
    }
  }

  private void completed(SnapshotPart.Header header, Path path) throws IOException {
    steps.at(Step.STAGED_FLUSHED);
    Staged complete = new Staged(header, String.valueOf(path.getFileName()));
    folder.mark(complete);
    setStaged(Optional.of(complete));
    steps.at(Step.STAGED_MARKED);
  }

  private synchronized void setStaged(Optional<Staged> next) {
    staged = next;
  }

  /** Makes the staged snapshot the store, durably. The caller must not have a batch open. */
  public void swap() throws IOException {
    staging.lock();
    try {
      swapTo(staged().orElseThrow(() -> new IllegalStateException("nothing is staged")));
    } finally {
      staging.unlock();
    }
  }

  private void swapTo(Staged next) throws IOException {
    Path path = folder.path(next.name());
    Generation opened = new Generation(RocksStore.open(path, memoryBytes), path);
    steps.at(Step.NEW_OPENED);
    folder.setLive(next.name());
    steps.at(Step.NEW_LIVE);
    folder.unmark();
    steps.at(Step.MARK_DELETED);
    Generation before;
    synchronized (this) {
      staged = Optional.empty();
      before = current;
      current = opened;
      before.isOld = true;
      retired.add(before);
    }
    discardUnused(before);
  }

  /** What the store is thought to hold, in bytes on disk. */
  public long estimatedBytes() {
    Generation used = use();
    try {
      return used.store.estimatedBytes();
    } finally {
      leave(used);
    }
  }

  @Override
  public Batch batch() {
    Generation used = use();
    return new UsedBatch(used, new BufferedBatch(used.store, used.pending, used.cache));
  }

  @Override
  public Snapshot snapshot() {
    Generation used = use();
    try {
      used.pending.writeOut();
      return new UsedSnapshot(used, used.store.snapshot());
    } catch (RuntimeException failed) {
      leave(used);
      throw failed;
    }
  }

  @Override
  public void flush() {
    Generation used = use();
    try {
      used.pending.writeOut();
      used.store.flush();
    } finally {
      leave(used);
    }
  }

  @Override
  public void close() {
    List<Generation> old;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      old = List.copyOf(retired);
    }
    old.forEach(generation -> generation.store.discard());
    try {
      current.pending.writeOut();
    } finally {
      current.store.close();
    }
  }

  private synchronized Generation use() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    current.users++;
    return current;
  }

  private void leave(Generation generation) {
    synchronized (this) {
      generation.users--;
    }
    discardUnused(generation);
  }

  private void discardUnused(Generation generation) {
    synchronized (this) {
      if (!generation.isOld || generation.users > 0 || !retired.remove(generation)) {
        return;
      }
    }
    generation.store.discard();
    try {
      folder.delete(generation.path);
    } catch (IOException failed) {
      throw new StoreException(
          "the old state in " + generation.path + " cannot be deleted: " + failed, failed);
    }
  }

  private final class UsedSnapshot implements Snapshot {
    private final Generation used;
    private final Snapshot view;
    private boolean left;

    UsedSnapshot(Generation used, Snapshot view) {
      this.used = used;
      this.view = view;
    }

    @Override
    public Optional<Bytes> get(Bytes key) {
      return view.get(key);
    }

    @Override
    public void scan(Bytes from, Bytes to, Direction direction, Visitor visitor) {
      view.scan(from, to, direction, visitor);
    }

    @Override
    public void close() {
      view.close();
      if (!left) {
        left = true;
        leave(used);
      }
    }
  }

  private final class UsedBatch implements Batch {
    private final Generation used;
    private final Batch batch;
    private boolean left;

    UsedBatch(Generation used, Batch batch) {
      this.used = used;
      this.batch = batch;
    }

    @Override
    public void put(Bytes key, Bytes value) {
      batch.put(key, value);
    }

    @Override
    public void delete(Bytes key) {
      batch.delete(key);
    }

    @Override
    public Optional<Bytes> get(Bytes key) {
      return batch.get(key);
    }

    @Override
    public void scan(Bytes from, Bytes to, Direction direction, Visitor visitor) {
      batch.scan(from, to, direction, visitor);
    }

    @Override
    public void commit() {
      batch.commit();
    }

    @Override
    public void close() {
      batch.close();
      if (!left) {
        left = true;
        leave(used);
      }
    }
  }
}
