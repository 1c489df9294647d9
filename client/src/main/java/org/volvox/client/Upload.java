package org.volvox.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.BlockRange;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.FileStat;
import org.volvox.base.syscall.Status;
import org.volvox.base.syscall.StoredBlock;
import org.volvox.base.syscall.UploadRow;

/**
 * One put of a file: a small one goes into the log, a bigger one as blocks, a few at a time, that
 * are recorded in order as they become durable. What was recorded stays with the upload, so the
 * same put taken up again, here or in another process, goes on behind it.
 */
final class Upload {
  /** Recorded at once: a broken put repeats at most this much. */
  private static final int APPEND_BLOCKS = 8;

  /** Ids are cheap and unused ones harmless; taking few keeps small files from using many. */
  private static final int ALLOCATE_BLOCKS = 64;

  private static final int REPLACEMENTS_MAX = 5;

  private final Requests requests;
  private final Blocks blocks;
  private final Path local;
  private final String path;
  private final Progress progress;
  private final MessageDigest digest = Digests.sha256();
  private final List<StoredBlock> durable = new ArrayList<>();
  private long recorded;
  private BlockRange range = new BlockRange(org.volvox.base.SessionId.NONE, 0, 0);
  private int rangeUsed;

  Upload(Requests requests, Path local, String path, Progress progress) {
    this.requests = requests;
    this.blocks = new Blocks(requests);
    this.local = local;
    this.path = path;
    this.progress = progress;
  }

  FileStat run() throws IOException, InterruptedException {
    try {
      return store();
    } catch (VolvoxException e) {
      throw e.during("cannot store " + path);
    } catch (MalformedException e) {
      throw Requests.malformed("cannot store " + path, e);
    } catch (NoSuchFileException e) {
      throw localFailure("cannot read " + local + ": no such file", e);
    } catch (IOException e) {
      throw localFailure("cannot read " + local + ": " + e.getMessage(), e);
    }
  }

  private static VolvoxException localFailure(String message, IOException cause) {
    VolvoxException failure = VolvoxException.of(VolvoxException.Kind.FAILED, message, "");
    failure.initCause(cause);
    return failure;
  }

  private FileStat store() throws IOException, MalformedException, InterruptedException {
    if (Files.isDirectory(local)) {
      throw VolvoxException.of(VolvoxException.Kind.FAILED, local + " is a folder", "");
    }
    try (FileChannel source = FileChannel.open(local, StandardOpenOption.READ)) {
      long size = source.size();
      if (size <= FileLimits.INLINE_BYTES_MAX) {
        return storeInline(source, (int) size);
      }
      long modified = Files.getLastModifiedTime(local).toMillis();
      for (int attempt = 1; ; attempt++) {
        try {
          FileStat stored = storeBlocks(source, size, modified);
          requireUnchanged(source, size, modified);
          return stored;
        } catch (VolvoxException e) {
          // Machines came or went while blocks were under way: the rest goes by the new table.
          if (!e.is(Status.STALE_PLACEMENT) || attempt == REPLACEMENTS_MAX) {
            throw e;
          }
          blocks.forgetPlacement();
        }
      }
    }
  }

  private FileStat storeInline(FileChannel source, int size)
      throws IOException, MalformedException, InterruptedException {
    Bytes data = read(source, 0, size);
    Bytes sum = Digests.of(data.toArray());
    FileStat stored = FileStat.decode(requests.command(new FileCall.WriteSmall(path, data, sum)));
    progress.on(size, size);
    return stored;
  }

  private FileStat storeBlocks(FileChannel source, long size, long modified)
      throws IOException, MalformedException, InterruptedException {
    Bytes token = token(size, modified);
    UploadRow row = UploadRow.decode(requests.command(new FileCall.OpenUpload(path, size, token)));
    recorded = row.bytes();
    durable.clear();
    digest.reset();
    hashRecorded(source, size);
    try (InFlight<StoredBlock> flight = new InFlight<>(InFlight.BLOCKS_MAX)) {
      for (long at = recorded; at < size; ) {
        int length = (int) Math.min(FileLimits.BLOCK_BYTES_MAX, size - at);
        if (flight.isFull()) {
          onDurable(row.upload(), flight.take(), size);
        }
        Bytes data = read(source, at, length);
        data.writeTo(digest::update);
        ensureIds(row.upload(), size - at);
        var id = range.block(rangeUsed++);
        flight.begin(() -> blocks.put(id, data));
        at += length;
      }
      while (!flight.isEmpty()) {
        onDurable(row.upload(), flight.take(), size);
      }
    }
    record(row.upload());
    Bytes sum = Bytes.wrap(digest.digest());
    return FileStat.decode(requests.command(new FileCall.FinishUpload(row.upload(), sum)));
  }

  private void hashRecorded(FileChannel source, long size) throws IOException {
    for (long at = 0; at < recorded; ) {
      int length = (int) Math.min(FileLimits.BLOCK_BYTES_MAX, recorded - at);
      read(source, at, length).writeTo(digest::update);
      at += length;
    }
    progress.on(recorded, size);
  }

  private void ensureIds(long upload, long left)
      throws VolvoxException, MalformedException, InterruptedException {
    if (rangeUsed == range.count()) {
      long wanted = (left - 1) / FileLimits.BLOCK_BYTES_MAX + 1;
      int count = (int) Math.min(ALLOCATE_BLOCKS, wanted);
      range = BlockRange.decode(requests.command(new FileCall.AllocateBlocks(upload, count)));
      rangeUsed = 0;
    }
  }

  private void onDurable(long upload, StoredBlock block, long size)
      throws VolvoxException, InterruptedException {
    durable.add(block);
    if (durable.size() >= APPEND_BLOCKS) {
      record(upload);
    }
    long waiting = durable.stream().mapToLong(StoredBlock::length).sum();
    progress.on(recorded + waiting, size);
  }

  private void record(long upload) throws VolvoxException, InterruptedException {
    if (durable.isEmpty()) {
      return;
    }
    long epoch = blocks.placement().epoch();
    requests.command(new FileCall.AppendExtents(upload, recorded, epoch, List.copyOf(durable)));
    recorded += durable.stream().mapToLong(StoredBlock::length).sum();
    durable.clear();
  }

  /** Names what is uploaded, so that only the same file's put is taken up again. */
  private Bytes token(long size, long modified) throws IOException {
    String text = local.toRealPath() + "\n" + size + "\n" + modified;
    return Digests.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private Bytes read(FileChannel source, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    if (!Pieces.readFully(source, buffer, at)) {
      throw new IOException("it became shorter while it was read");
    }
    return Bytes.wrap(buffer.array());
  }

  private void requireUnchanged(FileChannel source, long size, long modified) throws IOException {
    if (source.size() != size || Files.getLastModifiedTime(local).toMillis() != modified) {
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED,
          local + " changed while it was stored",
          "What was stored may mix old and new; store it again.");
    }
  }
}
