package org.volvox.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.event.Event;

/**
 * A node's own events: those worth keeping in files of bounded size, the oldest of which go first;
 * ordinary calls in a ring in memory. Any thread may use it. Not synced: it survives the end of the
 * process, however it ends, and loses its last moments in a power cut. A full disk never stops the
 * node: what could not be written is counted.
 *
 * <p>File {@code events-<16 hex digits>}: records of u32 length, u32 CRC-32C, an {@link Event}.
 * What does not check out ends a file; the next start writes a new one.
 */
public final class EventJournal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventJournal.class);
  private static final String PREFIX = "events-";
  private static final int RECORD_HEADER_BYTES = 8;

  /** How much is kept. */
  public record Limits(int fileBytesMax, int filesMax, int ringEventsMax) {
    public static final Limits DEFAULT = new Limits(1 << 20, 16, 4096);
  }

  private final Path folder;
  private final Limits limits;
  private final Deque<Event> ring = new ArrayDeque<>();

  /** The greatest clock in each file, to pass over files that are too old for a question. */
  private final NavigableMap<Long, LamportTime> files = new TreeMap<>();

  private FileChannel channel;
  private long number;
  private int fileBytes;
  private long droppedCount;
  private boolean closed;

  private EventJournal(Path folder, Limits limits) throws IOException {
    this.folder = folder;
    this.limits = limits;
    for (Path file : names(folder)) {
      long found =
          HexFormat.fromHexDigitsToLong(
              String.valueOf(file.getFileName()).substring(PREFIX.length()));
      LamportTime greatest = LamportTime.ZERO;
      for (Event event : read(file)) {
        greatest = max(greatest, event.stamp().clock());
      }
      files.put(found, greatest);
    }
    number = files.isEmpty() ? 1 : files.lastKey();
    channel = goOn();
  }

  /** Opens the journal in a folder, made if there is none. */
  public static EventJournal open(Path folder, Limits limits) throws IOException {
    Files.createDirectories(folder);
    return new EventJournal(folder, limits);
  }

  /** Records an event of this node. */
  public synchronized void append(Event event) {
    if (!event.kind().isKept()) {
      ring.addLast(event);
      if (ring.size() > limits.ringEventsMax()) {
        ring.removeFirst();
      }
      return;
    }
    try {
      write(event);
    } catch (IOException failed) {
      if (droppedCount++ == 0) {
        LOG.warn("cannot record events in {}: {}", folder, failed.toString());
      }
    }
  }

  /** How many events could not be written. */
  public synchronized long droppedCount() {
    return droppedCount;
  }

  /** Up to so many events with a clock above {@code after}, the earliest first, in total order. */
  public synchronized List<Event> since(LamportTime after, int limit) throws IOException {
    List<Event> events = allSince(after);
    return List.copyOf(events.subList(0, Math.min(limit, events.size())));
  }

  /** The newest events, in total order. */
  public synchronized List<Event> last(int limit) throws IOException {
    LamportTime after = LamportTime.ZERO;
    int seen = 0;
    // From the newest file back, until there is enough: everything older has lower clocks.
    for (long file : List.copyOf(files.descendingKeySet())) {
      seen += read(path(file)).size();
      Optional<LamportTime> older =
          Optional.ofNullable(files.lowerEntry(file)).map(e -> e.getValue());
      if (seen >= limit && older.isPresent()) {
        after = older.get();
        break;
      }
    }
    List<Event> events = allSince(after);
    return List.copyOf(events.subList(Math.max(0, events.size() - limit), events.size()));
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }

  private List<Event> allSince(LamportTime after) throws IOException {
    List<Event> events = new ArrayList<>();
    for (var file : files.entrySet()) {
      if (file.getValue().compareTo(after) > 0) {
        events.addAll(read(path(file.getKey())));
      }
    }
    events.addAll(ring);
    events.removeIf(event -> event.stamp().clock().compareTo(after) <= 0);
    events.sort((left, right) -> left.stamp().compareTo(right.stamp()));
    return events;
  }

  private void write(Event event) throws IOException {
    if (closed) {
      throw new IOException("the journal is closed");
    }
    Bytes bytes = event.encode();
    byte[] record =
        new ByteWriter(RECORD_HEADER_BYTES + bytes.length())
            .u32(bytes.length())
            .u32(bytes.crc32c())
            .raw(bytes)
            .toBytes()
            .toArray();
    if (fileBytes > 0 && fileBytes + record.length > limits.fileBytesMax()) {
      roll();
    }
    if (!channel.isOpen()) { // An interrupted thread closed it under everybody.
      channel = FileChannel.open(path(number), StandardOpenOption.WRITE);
    }
    Folders.writeAll(channel, ByteBuffer.wrap(record), fileBytes);
    fileBytes += record.length;
    files.merge(number, event.stamp().clock(), EventJournal::max);
  }

  private void roll() throws IOException {
    channel.close();
    number++;
    channel = make();
    while (files.size() > limits.filesMax()) {
      Files.deleteIfExists(path(files.pollFirstEntry().getKey()));
    }
  }

  /** Opens the newest file behind its last sound record. */
  private FileChannel goOn() throws IOException {
    FileChannel opened =
        FileChannel.open(path(number), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    for (Event event : read(path(number))) {
      fileBytes += RECORD_HEADER_BYTES + event.encode().length();
    }
    opened.truncate(fileBytes);
    files.putIfAbsent(number, LamportTime.ZERO);
    return opened;
  }

  private FileChannel make() throws IOException {
    FileChannel made =
        FileChannel.open(path(number), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    fileBytes = 0;
    files.put(number, LamportTime.ZERO);
    return made;
  }

  private Path path(long file) {
    return folder.resolve(PREFIX + HexFormat.of().toHexDigits(file));
  }

  private static List<Path> names(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found
          .filter(file -> String.valueOf(file.getFileName()).matches(PREFIX + "[0-9a-f]{16}"))
          .sorted()
          .toList();
    }
  }

  private static LamportTime max(LamportTime left, LamportTime right) {
    return left.compareTo(right) >= 0 ? left : right;
  }

  /** The events of a file up to its end, or to the first that does not check out. */
  private static List<Event> read(Path file) throws IOException {
    List<Event> events = new ArrayList<>();
    ByteReader in = new ByteReader(Bytes.wrap(Files.readAllBytes(file)));
    try {
      while (in.remaining() >= RECORD_HEADER_BYTES) {
        int length = in.u32();
        int crc = in.u32();
        Bytes bytes = in.raw(length);
        if (bytes.crc32c() != crc) {
          return events;
        }
        events.add(Event.decode(bytes));
      }
    } catch (MalformedException torn) {
      return events;
    }
    return events;
  }
}
