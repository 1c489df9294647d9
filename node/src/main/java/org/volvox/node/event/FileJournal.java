package org.volvox.node.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.calls.message.EventEntry;

/**
 * The node's events in two files of bounded size, the newest of them in memory too. Written behind,
 * not synced: a crash of the machine may lose the last events, and an order that has gaps says so.
 *
 * <pre>
 * events/journal, events/journal.old:  { u32 length   u32 CRC-32C   u8 version (1)   event } *
 * </pre>
 */
public final class FileJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);
  private static final int VERSION = 1;
  private static final int HEAD_BYTES = 8;
  private static final int RECORD_BYTES_MAX = 64 << 10;
  private static final long FILE_BYTES_MAX = 4L << 20;
  private static final int KEPT_MAX = 8192;

  private final Path folder;
  private final EventClock clock;
  private final Deque<EventEntry> kept = new ArrayDeque<>();
  private FileChannel file;
  private long bytes;
  private boolean failed;

  /** Some events in order, and the clock up to which no more will come. */
  public record Listing(List<EventEntry> events, LamportTime through) {}

  private FileJournal(Path folder, EventClock clock) throws IOException {
    this.folder = folder;
    this.clock = clock;
    load(folder.resolve("journal.old"));
    bytes = load(folder.resolve("journal"));
    file = openFile(folder.resolve("journal"));
    file.truncate(bytes); // What follows the last sound record was not finished.
  }

  public static FileJournal open(Path folder, EventClock clock) throws IOException {
    return new FileJournal(folder, clock);
  }

  @Override
  public synchronized EventStamp record(String what, Optional<EventStamp> cause) {
    EventStamp stamp = clock.local();
    EventEntry event = new EventEntry(stamp, new WallTime(System.currentTimeMillis()), what, cause);
    LOG.debug(
        "event {} at clock {}: {}{}",
        stamp.id(),
        stamp.clock(),
        what,
        cause.map(because -> ", because of " + because.id()).orElse(""));
    keep(event);
    append(event);
    return stamp;
  }

  /** The last events with a clock above {@code after}. */
  public synchronized Listing last(int count, LamportTime after) {
    List<EventEntry> found = new ArrayList<>();
    Iterator<EventEntry> newestFirst = kept.descendingIterator();
    while (newestFirst.hasNext() && found.size() < count) {
      EventEntry event = newestFirst.next();
      if (event.stamp().clock().compareTo(after) <= 0) {
        break;
      }
      found.addFirst(event);
    }
    return new Listing(List.copyOf(found), clock.time());
  }

  public synchronized void close() throws IOException {
    file.force(false);
    file.close();
  }

  private void keep(EventEntry event) {
    kept.addLast(event);
    if (kept.size() > KEPT_MAX) {
      kept.removeFirst();
    }
  }

  /** A journal that cannot be written is a loss for readers, and no reason to stop the node. */
  private void append(EventEntry event) {
    if (failed) {
      return;
    }
    ByteWriter body = new ByteWriter().u8(VERSION);
    event.write(body);
    Bytes payload = body.toBytes();
    Bytes record =
        new ByteWriter().u32(payload.length()).u32(payload.crc32c()).raw(payload).toBytes();
    try {
      if (bytes + record.length() > FILE_BYTES_MAX) {
        roll();
      }
      ByteBuffer buffer = ByteBuffer.wrap(record.toArray());
      while (buffer.hasRemaining()) {
        bytes += file.write(buffer, bytes);
      }
    } catch (IOException e) {
      failed = true;
      LOG.warn("events are no longer written to {}: {}", folder, e.getMessage());
    }
  }

  private void roll() throws IOException {
    file.close();
    Files.move(
        folder.resolve("journal"),
        folder.resolve("journal.old"),
        StandardCopyOption.REPLACE_EXISTING);
    file = openFile(folder.resolve("journal"));
    bytes = 0;
  }

  private static FileChannel openFile(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Reads a file's events as far as they are sound; returns how many bytes those take. */
  private long load(Path path) throws IOException {
    if (!Files.exists(path)) {
      return 0;
    }
    Bytes all = Bytes.wrap(Files.readAllBytes(path));
    int at = 0;
    try {
      while (all.length() - at >= HEAD_BYTES) {
        ByteReader in = new ByteReader(all.slice(at, all.length()));
        int length = in.u32();
        int checksum = in.u32();
        if (length < 1 || length > RECORD_BYTES_MAX) {
          return at;
        }
        Bytes payload = in.raw(length);
        ByteReader body = new ByteReader(payload);
        if (payload.crc32c() != checksum || body.u8() != VERSION) {
          return at;
        }
        keep(EventEntry.read(body));
        at += HEAD_BYTES + length;
      }
    } catch (MalformedException e) {
      LOG.info("the journal {} ends at byte {}: {}", path, at, e.getMessage());
    }
    return at;
  }
}
