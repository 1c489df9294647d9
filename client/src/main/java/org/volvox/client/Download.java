package org.volvox.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Consumer;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.Extent;
import org.volvox.base.syscall.ExtentPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.FileStat;

/**
 * One get of a file: blocks are fetched a few at a time, verified one by one, written in order, and
 * the whole is verified by its digest. A local copy grows in a hidden .part file beside its target,
 * named by the digest, so that a broken get goes on where it stopped.
 */
final class Download {
  private static final int PAGE = 1024;

  private final Requests requests;
  private final Blocks blocks;
  private final String path;
  private final Progress progress;
  private final MessageDigest digest = Digests.sha256();

  /** Takes verified bytes in order, a piece at a time. */
  private interface Sink {
    void write(byte[] piece) throws IOException;
  }

  Download(Requests requests, String path, Progress progress) {
    this.requests = requests;
    this.blocks = new Blocks(requests);
    this.path = path;
    this.progress = progress;
  }

  FileStat toStream(OutputStream target) throws IOException, InterruptedException {
    ExtentPage first = open();
    copy(first, 0, target::write);
    return first.stat();
  }

  FileStat toFile(Path local) throws IOException, InterruptedException {
    ExtentPage first = open();
    Path part = partFile(local.toAbsolutePath(), first.stat());
    try (FileChannel out =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long kept = keepVerified(out, first);
      out.truncate(kept).position(kept);
      copy(first, kept, piece -> Pieces.write(out, piece));
      out.force(true);
    } catch (VolvoxException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot write " + part + ": " + e.getMessage(), e);
    }
    Files.move(part, local, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return first.stat();
  }

  /** Named by content and target: files with equal bytes may come into one folder at a time. */
  private static Path partFile(Path local, FileStat stat) {
    byte[] target = local.toString().getBytes(StandardCharsets.UTF_8);
    Bytes name = Digests.of(stat.digest().concat(Bytes.wrap(target)).toArray());
    return local.resolveSibling(".volvox-" + name.slice(0, 16).hex() + ".part");
  }

  /** How much of a .part file from an earlier try is right, block by block; hashes it. */
  private long keepVerified(FileChannel out, ExtentPage first)
      throws IOException, InterruptedException {
    long there = out.size();
    long kept = 0;
    ExtentPage page = first;
    while (there > 0) {
      for (Extent extent : page.extents()) {
        if (extent.offset() != kept || extent.end() > there || !isRight(out, extent)) {
          return kept;
        }
        kept = extent.end();
      }
      if (!page.more()) {
        return kept;
      }
      page = more(first.stat(), kept);
    }
    return kept;
  }

  private boolean isRight(FileChannel out, Extent extent) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(extent.length());
    boolean right =
        Pieces.readFully(out, buffer, extent.offset())
            && Bytes.wrap(buffer.array()).crc32c() == extent.crc32c();
    if (right) {
      digest.update(buffer.array());
    }
    return right;
  }

  private void copy(ExtentPage first, long from, Sink sink)
      throws IOException, InterruptedException {
    FileStat stat = first.stat();
    progress.on(from, stat.size());
    long at = from;
    if (first.inline().length() > 0) {
      at = take(first.inline(), at, stat, sink);
    } else {
      at = copyBlocks(first, from, sink);
    }
    Bytes sum = Bytes.wrap(digest.digest());
    if (at != stat.size() || !sum.equals(stat.digest())) {
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED,
          "cannot read " + path + ": its bytes do not match its digest (sha256 " + sum.hex() + ")",
          "");
    }
  }

  private long copyBlocks(ExtentPage first, long from, Sink sink)
      throws IOException, InterruptedException {
    long at = from;
    ExtentPage page = first;
    long end = 0;
    try (InFlight<Bytes> flight = new InFlight<>(InFlight.BLOCKS_MAX)) {
      while (true) {
        for (Extent extent : page.extents()) {
          end = extent.end();
          if (extent.offset() >= from) {
            if (flight.isFull()) {
              at = take(flight.take(), at, first.stat(), sink);
            }
            flight.begin(() -> blocks.get(extent));
          }
        }
        if (!page.more() || page.extents().isEmpty()) {
          break;
        }
        page = more(first.stat(), end);
      }
      while (!flight.isEmpty()) {
        at = take(flight.take(), at, first.stat(), sink);
      }
    } catch (VolvoxException e) {
      throw e.during("cannot read " + path);
    }
    return at;
  }

  private long take(Bytes data, long at, FileStat stat, Sink sink) throws IOException {
    for (int from = 0; from < data.length(); from += Pieces.BYTES) {
      byte[] piece = data.slice(from, Math.min(data.length(), from + Pieces.BYTES)).toArray();
      digest.update(piece);
      sink.write(piece);
    }
    long now = at + data.length();
    progress.on(now, stat.size());
    return now;
  }

  /** All extents of the file in order. */
  void extents(Consumer<Extent> each) throws IOException, InterruptedException {
    ExtentPage page = open();
    FileStat stat = page.stat();
    page.extents().forEach(each);
    while (page.more() && !page.extents().isEmpty()) {
      page = more(stat, page.extents().getLast().end());
      page.extents().forEach(each);
    }
  }

  List<Extent> firstExtents() throws IOException, InterruptedException {
    return open().extents();
  }

  private ExtentPage open() throws VolvoxException, InterruptedException {
    try {
      ExtentPage page = ExtentPage.decode(requests.query(new FileAsk.Open(path, PAGE)));
      if (page.stat().digest().length() != FileLimits.DIGEST_BYTES) {
        throw VolvoxException.of(VolvoxException.Kind.FAILED, "it has no digest", "");
      }
      return page;
    } catch (VolvoxException e) {
      throw e.during("cannot read " + path);
    } catch (MalformedException e) {
      throw Requests.malformed("cannot read " + path, e);
    }
  }

  private ExtentPage more(FileStat stat, long from) throws VolvoxException, InterruptedException {
    try {
      return ExtentPage.decode(requests.query(new FileAsk.Extents(stat.inode(), from, PAGE)));
    } catch (VolvoxException e) {
      throw e.during("cannot read " + path);
    } catch (MalformedException e) {
      throw Requests.malformed("cannot read " + path, e);
    }
  }
}
