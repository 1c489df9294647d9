package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.volvox.base.BlockId;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.BlockRange;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileKind;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.Status;
import org.volvox.base.syscall.StoredBlock;

/**
 * Files on their way in. An upload's blocks are recorded piece by piece, so that its client can go
 * on after a break, and its last step makes the whole file visible at once.
 *
 * <ol>
 *   <li>Every block id is taken from a range here before it is stored anywhere, so what is never
 *       recorded is still known and deleted.
 *   <li>An upload belongs to one session; when that ends, it waits a grace period for the next.
 * </ol>
 */
final class Uploads {
  /** Uploads of one session at once; more would be a leak in a client. */
  static final int PER_SESSION_MAX = 1000;

  private static final long SIZE_MAX = 1L << 50;

  private Uploads() {}

  /** Block ids that an upload took: {@code count} from {@code first}. */
  record Range(long first, SessionId session, int count) {
    private static Range read(Bytes key, Bytes value) {
      return Rows.read(
          value, in -> new Range(FsKeys.lastId(key), new SessionId(in.u64()), in.u32()));
    }

    void store(long upload, OrderedStore.Batch batch) {
      batch.put(
          FsKeys.key('w', upload, first), Rows.begin().u64(session.value()).u32(count).toBytes());
    }
  }

  static Upload open(
      FileCall.OpenUpload call, LogIndex index, SessionId session, OrderedStore.Batch batch)
      throws Refused {
    Directories.Place place = Directories.walk(call.path(), batch);
    place.checkFile();
    if (call.size() < 0 || call.size() > SIZE_MAX) {
      throw new Refused(Status.TOO_LARGE, call.path() + ": size " + call.size());
    }
    Bytes token = call.token();
    if (token.isEmpty() || token.length() > FileLimits.TOKEN_BYTES_MAX) {
      throw new Refused(Status.INVALID, "upload token of " + token.length() + " bytes");
    }
    Optional<Upload> begun = byToken(token, batch);
    if (begun.isPresent() && isSame(begun.get(), call)) {
      // Whoever knows the token is the same client with the same file, so the newest session wins.
      batch.delete(FsKeys.key('s', begun.get().session().value(), begun.get().id()));
      return own(begun.get(), session, batch);
    }
    if (count(session, batch) >= PER_SESSION_MAX) {
      throw new Refused(Status.BUSY, PER_SESSION_MAX + " uploads are open in " + session);
    }
    long inode = Counters.takeInode(batch);
    batch.put(FsKeys.token(token), Rows.begin().u64(index.value()).toBytes());
    return own(
        new Upload(index.value(), call.path(), token, session, inode, call.size(), 0, 0, 0, 0),
        session,
        batch);
  }

  private static Optional<Upload> byToken(Bytes token, OrderedStore.Reader state) {
    return Rows.find(FsKeys.token(token), state, ByteReader::u64)
        .flatMap(id -> Upload.find(id, state));
  }

  private static boolean isSame(Upload upload, FileCall.OpenUpload call) {
    return upload.path().equals(call.path()) && upload.size() == call.size();
  }

  private static Upload own(Upload upload, SessionId session, OrderedStore.Batch batch) {
    Upload owned = upload.ownedBy(session, 0);
    owned.store(batch);
    batch.put(FsKeys.key('s', session.value(), upload.id()), Bytes.EMPTY);
    return owned;
  }

  private static int count(SessionId session, OrderedStore.Reader state) {
    return ofSession(session, state).size();
  }

  private static List<Long> ofSession(SessionId session, OrderedStore.Reader state) {
    List<Long> uploads = new ArrayList<>();
    state.scan(
        FsKeys.key('s', session.value(), 0),
        FsKeys.key('s', session.value() + 1, 0),
        Direction.ASCENDING,
        (key, value) -> uploads.add(FsKeys.lastId(key)));
    return uploads;
  }

  static Upload owned(long id, SessionId session, OrderedStore.Reader state) throws Refused {
    Upload upload = Upload.find(id, state).orElseThrow(() -> missing(id));
    if (!upload.session().equals(session)) {
      throw new Refused(
          Status.STALE,
          "upload " + id + " is " + upload.session() + "'s and not " + session + "'s");
    }
    return upload;
  }

  static Refused missing(long id) {
    return new Refused(Status.NOT_FOUND, "no upload " + id);
  }

  static BlockRange allocate(long id, int count, SessionId session, OrderedStore.Batch batch)
      throws Refused {
    Upload upload = owned(id, session, batch);
    if (count < 1 || count > FileLimits.ALLOCATE_MAX) {
      throw new Refused(Status.INVALID, count + " block ids, 1 to " + FileLimits.ALLOCATE_MAX);
    }
    // Ids that are neither used nor needed would let one client grow the state without end.
    long unused = upload.allocated() - upload.used();
    if (unused + count > 4L * FileLimits.ALLOCATE_MAX) {
      throw new Refused(Status.BUSY, "upload " + id + " has " + unused + " block ids not used");
    }
    long first = Counters.takeBlocks(count, batch);
    new Range(first, session, count).store(id, batch);
    upload.allocating(count).store(batch);
    return new BlockRange(session, first, count);
  }

  static Upload append(FileCall.AppendExtents call, SessionId session, OrderedStore.Batch batch)
      throws Refused {
    Upload upload = owned(call.upload(), session, batch);
    if (call.offset() != upload.bytes()) {
      throw new Refused(Status.STALE, "upload " + upload.id() + " is at byte " + upload.bytes());
    }
    long end = check(call, upload, batch);
    long offset = upload.bytes();
    for (StoredBlock block : call.blocks()) {
      Blocks.add(upload.inode(), offset, block, batch);
      offset += block.length();
    }
    Upload appended = upload.appending(call.blocks().size(), end);
    appended.store(batch);
    return appended;
  }

  /** Refuses an append that is wrong in any block; returns where it would end. */
  private static long check(FileCall.AppendExtents call, Upload upload, OrderedStore.Reader state)
      throws Refused {
    if (call.blocks().isEmpty() || call.blocks().size() > FileLimits.APPEND_MAX) {
      throw new Refused(Status.INVALID, call.blocks().size() + " blocks to append");
    }
    PlacementTable table = Placement.of(state);
    TreeSet<BlockId> seen = new TreeSet<>();
    long end = upload.bytes();
    for (StoredBlock stored : call.blocks()) {
      BlockId block = stored.block();
      if (stored.length() < 1 || stored.length() > FileLimits.BLOCK_BYTES_MAX) {
        throw new Refused(Status.INVALID, block + " of " + stored.length() + " bytes");
      }
      if (!isTaken(upload.id(), block, state)) {
        throw new Refused(Status.INVALID, block + " is not of upload " + upload.id());
      }
      if (!seen.add(block) || Blocks.isUsed(block, state)) {
        throw new Refused(Status.EXISTS, block + " is in use");
      }
      Placement.checkDurable(table, block, stored.holders());
      end += stored.length();
    }
    if (end > upload.size()) {
      throw new Refused(
          Status.TOO_LARGE, "upload " + upload.id() + " is of " + upload.size() + " bytes");
    }
    return end;
  }

  private static boolean isTaken(long upload, BlockId block, OrderedStore.Reader state) {
    boolean[] taken = {false};
    state.scan(
        FsKeys.key('w', upload, 0),
        FsKeys.after(FsKeys.key('w', upload, block.seq())),
        Direction.DESCENDING,
        (key, value) -> {
          Range range = Range.read(key, value);
          taken[0] =
              block.seq() < range.first() + range.count()
                  && block.equals(BlockRange.blockId(range.session(), block.seq()));
          return false;
        });
    return taken[0];
  }

  /** Checks a finished upload and gives its inode, which the caller names; the upload is over. */
  static Inode finish(
      FileCall.FinishUpload call, SessionId session, WallTime now, OrderedStore.Batch batch)
      throws Refused {
    Upload upload = owned(call.upload(), session, batch);
    if (upload.bytes() != upload.size()) {
      throw new Refused(
          Status.INVALID,
          upload.path() + ": " + upload.bytes() + " of " + upload.size() + " bytes are stored");
    }
    if (call.digest().length() != FileLimits.DIGEST_BYTES) {
      throw new Refused(Status.INVALID, "digest of " + call.digest().length() + " bytes");
    }
    return new Inode(upload.inode(), FileKind.FILE, upload.size(), now, now, call.digest(), false);
  }

  /** Forgets an upload; ids that it took and did not use are looked through later. */
  static void close(Upload upload, WallTime now, OrderedStore.Batch batch) {
    batch.delete(FsKeys.key('u', upload.id()));
    batch.delete(FsKeys.key('s', upload.session().value(), upload.id()));
    if (Rows.find(FsKeys.token(upload.token()), batch, ByteReader::u64)
        .filter(id -> id == upload.id())
        .isPresent()) {
      batch.delete(FsKeys.token(upload.token()));
    }
    if (upload.allocated() > 0) {
      DeleteQueue.add(DeleteQueue.Kind.RANGES, upload.id(), now, batch);
    }
  }

  /** Gives an upload up: its blocks die after the grace period. */
  static void abort(Upload upload, WallTime now, OrderedStore.Batch batch) {
    // The ranges first: they pass over blocks that an extent refers to.
    close(upload, now, batch);
    DeleteQueue.add(DeleteQueue.Kind.INODE, upload.inode(), now, batch);
  }

  /** The session's uploads wait for another session, but not for ever. */
  static void sessionEnded(SessionId session, WallTime now, OrderedStore.Batch batch) {
    for (long id : ofSession(session, batch)) {
      Upload upload = Upload.find(id, batch).orElseThrow();
      batch.delete(FsKeys.key('s', session.value(), id));
      long due = DeleteQueue.add(DeleteQueue.Kind.ORPHAN, id, now, batch);
      upload.ownedBy(SessionId.NONE, due).store(batch);
    }
  }

  /** Drops an upload that no session took up by {@code dueMillis}. */
  static void dropOrphan(long id, long dueMillis, WallTime now, OrderedStore.Batch batch) {
    Upload.find(id, batch)
        .filter(upload -> upload.session().equals(SessionId.NONE))
        .filter(upload -> upload.dropAtMillis() == dueMillis)
        .ifPresent(upload -> abort(upload, now, batch));
  }

  /**
   * Looks through at most {@code limit} ids that an ended upload took; those that nothing refers to
   * die. Returns how many it looked at, less than the limit when none are left.
   */
  static int sweepRanges(long upload, int limit, OrderedStore.Batch batch) {
    int steps = 0;
    while (steps < limit) {
      Optional<Range> next = firstRange(upload, batch);
      if (next.isEmpty()) {
        return steps;
      }
      Range range = next.get();
      int count = Math.min(range.count(), limit - steps);
      for (int i = 0; i < count; i++) {
        BlockId block = BlockRange.blockId(range.session(), range.first() + i);
        if (!Blocks.isUsed(block, batch)) {
          Blocks.kill(block, batch);
        }
      }
      steps += count;
      batch.delete(FsKeys.key('w', upload, range.first()));
      if (count < range.count()) {
        new Range(range.first() + count, range.session(), range.count() - count)
            .store(upload, batch);
      }
    }
    return steps;
  }

  private static Optional<Range> firstRange(long upload, OrderedStore.Reader state) {
    List<Range> found = new ArrayList<>();
    state.scan(
        FsKeys.key('w', upload, 0),
        FsKeys.key('w', upload + 1, 0),
        Direction.ASCENDING,
        (key, value) -> {
          found.add(Range.read(key, value));
          return false;
        });
    return found.stream().findFirst();
  }
}
