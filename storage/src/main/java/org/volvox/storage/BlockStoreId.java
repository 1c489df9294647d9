package org.volvox.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;

/**
 * The number that all records of one block store name. It is in the file {@code id} and in the
 * first record of each segment, so that it outlives damage to either: what most segments say holds.
 */
final class BlockStoreId {
  private static final Logger LOG = LoggerFactory.getLogger(BlockStoreId.class);

  private final Path folder;
  private final Path file;

  BlockStoreId(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("id");
  }

  /** The id by the file and the segments; a new one is made where there are no segments. */
  long of(Collection<BlockSegment> segments) throws IOException {
    Optional<Long> written = read();
    Optional<Long> found = inSegments(segments);
    if (found.isPresent() && !found.equals(written)) {
      LOG.warn("{} is lost or damaged; the segments say what it was", file);
      write(found.get());
      return found.get();
    }
    if (written.isPresent()) {
      return written.get();
    }
    if (!segments.isEmpty()) {
      throw new IOException(
          file
              + " is lost, and no segment begins with a sound record; move the folder away and the"
              + " node fetches its blocks from the others");
    }
    long id = new SecureRandom().nextLong();
    write(id);
    return id;
  }

  /** Most first records agree; of two that are as many, neither is believed. */
  static Optional<Long> inSegments(Collection<BlockSegment> segments) throws IOException {
    TreeMap<Long, Integer> votes = new TreeMap<>();
    byte[] header = new byte[BlockRecord.HEADER_BYTES];
    int all = 0;
    for (BlockSegment segment : segments) {
      if (segment.read(header, header.length, 0)) {
        Optional<Long> vote = BlockRecord.storeOf(Bytes.copyOf(header), segment.number);
        vote.ifPresent(id -> votes.merge(id, 1, Integer::sum));
        all += vote.isPresent() ? 1 : 0;
      }
    }
    int quorum = all / 2 + 1;
    return votes.entrySet().stream()
        .filter(vote -> vote.getValue() >= quorum)
        .map(vote -> vote.getKey())
        .findFirst();
  }

  Optional<Long> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          HexFormat.fromHexDigitsToLong(Bytes.wrap(Files.readAllBytes(file)).utf8().strip()));
    } catch (IllegalArgumentException nonsense) {
      return Optional.empty();
    }
  }

  private void write(long id) throws IOException {
    Path part = folder.resolve("id.part");
    Files.writeString(part, HexFormat.of().toHexDigits(id));
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Folders.syncFolder(folder);
  }
}
