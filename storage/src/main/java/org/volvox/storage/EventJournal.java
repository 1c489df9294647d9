package org.volvox.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.event.Event;

/**
 * A node's own events: those worth keeping in files of bounded size, the oldest of which go first;
 * the newest of all kinds in memory too. Any thread may use it. Not synced: it survives the end of
 * the process, however it ends, and loses its last moments in a power cut. A full disk never stops
 * the node: what could not be written is counted.
 *
 * <p>File {@code events-<16 hex digits>}: records of u32 length, u32 CRC-32C, an {@link Event};
 * zeros behind the last. What does not check out ends a file; the newest file is cut there and goes
 * on.
 *
 * <p>The newest file has its room on the disk beforehand and is written through memory that the
 * system shares with it: what is there outlives the process, and no event costs a system call.
 */
public final class EventJournal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventJournal.class);
  private static final String PREFIX = "events-";
  private static final int RECORD_HEADER_BYTES = 8;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** The files of the format before this one, which no release wrote. */
  private static final List<String> FORMER = List.of("journal", "journal.old");

  /** How much is kept, on disk and in memory. */
  public record Limits(int fileBytesMax, int filesMax, int memoryEventsMax) {
    public static final Limits DEFAULT = new Limits(1 << 20, 16, 4096);
  }

  /** Some events, ascending, and whether older ones were left out that were wanted too. */
  public record Listing(List<Event> events, boolean isCut) {
    public Listing {
      events = List.copyOf(events);
    }
  }

  /** A file's events as far as it is sound, which takes so many bytes. */
  private record Sound(List<Event> events, int bytes) {}

  private final Path folder;
  private final Limits limits;
  private final Deque<Event> memory = new ArrayDeque<>();
  private final TreeSet<Long> files = new TreeSet<>();
  private final Set<Path> damaged = new HashSet<>();

  /** The newest file's bytes, mapped. */
  private Optional<MemorySegment> room = Optional.empty();

  private long number;
  private int fileBytes;
  private long droppedCount;
  private boolean isClosed;

  private EventJournal(Path folder, Limits limits) throws IOException {
    this.folder = folder;
    this.limits = limits;
    setAsideFormer();
    for (Path file : names(folder)) {
      files.add(HexFormat.fromHexDigitsToLong(name(file).substring(PREFIX.length())));
    }
    number = files.isEmpty() ? 1 : files.last();
    files.add(number);
    remember();
    if (Files.exists(path(number))) {
      cut(path(number), fileBytes);
    }
  }

  /** Opens the journal in a folder, made if there is none. */
  public static EventJournal open(Path folder, Limits limits) throws IOException {
    Files.createDirectories(folder);
    return new EventJournal(folder, limits);
  }

  /** Records an event of this node; its stamp is above those of all before. */
  public synchronized void append(Event event) {
    memory.addLast(event);
    if (memory.size() > limits.memoryEventsMax()) {
      memory.removeFirst();
    }
    if (!event.kind().isKept()) {
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

  /** The newest event. */
  public synchronized Optional<Event> newest() {
    return Optional.ofNullable(memory.peekLast());
  }

  /** The newest events with a clock above {@code after} that are wanted, at most so many. */
  public Listing last(int countMax, LamportTime after, Predicate<Event> wanted) {
    ArrayDeque<Event> found = new ArrayDeque<>();
    Deque<Long> older;
    LamportTime oldest;
    synchronized (this) {
      Iterator<Event> newestFirst = memory.descendingIterator();
      while (newestFirst.hasNext()) {
        Event event = newestFirst.next();
        if (event.stamp().clock().compareTo(after) <= 0) {
          return new Listing(List.copyOf(found), false);
        }
        if (wanted.test(event) && !took(event, found, countMax)) {
          return new Listing(List.copyOf(found), true);
        }
      }
      if (memory.size() < limits.memoryEventsMax()) {
        return new Listing(List.copyOf(found), false); // Memory has all there is.
      }
      older = new ArrayDeque<>(files.descendingSet());
      oldest = memory.getFirst().stamp().clock();
    }
    // Files are read without the lock: nobody's event waits for that.
    boolean isCut = false;
    while (!isCut && !older.isEmpty()) {
      List<Event> events = read(path(older.removeFirst())).events();
      for (Event event : events.reversed()) {
        if (event.stamp().clock().compareTo(after) <= 0) {
          return new Listing(List.copyOf(found), isCut);
        }
        boolean isNew = event.stamp().clock().compareTo(oldest) < 0;
        isCut |= isNew && wanted.test(event) && !took(event, found, countMax);
      }
    }
    return new Listing(List.copyOf(found), isCut);
  }

  private static boolean took(Event event, ArrayDeque<Event> found, int countMax) {
    boolean hasRoom = found.size() < countMax;
    if (hasRoom) {
      found.addFirst(event);
    }
    return hasRoom;
  }

  @Override
  public synchronized void close() throws IOException {
    isClosed = true;
    leaveFile();
  }

  private void write(Event event) throws IOException {
    if (isClosed) {
      throw new IOException("the journal is closed");
    }
    Bytes bytes = event.encode();
    int length = RECORD_HEADER_BYTES + bytes.length();
    if (fileBytes > 0 && fileBytes + length > limits.fileBytesMax()) {
      roll();
    }
    MemorySegment to = roomFor(fileBytes + length);
    to.set(INT, fileBytes + 4, bytes.crc32c());
    MemorySegment.copy(
        bytes.toArray(), 0, to, ValueLayout.JAVA_BYTE, fileBytes + 8L, bytes.length());
    // The length last: whoever reads meanwhile finds the record whole, or none.
    VarHandle.releaseFence();
    to.set(INT, fileBytes, bytes.length());
    fileBytes += length;
  }

  private void roll() throws IOException {
    leaveFile();
    number++;
    fileBytes = 0;
    files.add(number);
    while (files.size() > limits.filesMax()) {
      Files.deleteIfExists(path(files.removeFirst()));
    }
  }

  /** Zeros are written, not only promised: to write to memory without a disk behind it is fatal. */
  private MemorySegment roomFor(int bytes) throws IOException {
    if (room.isPresent() && room.get().byteSize() >= bytes) {
      return room.get();
    }
    int size = Math.max(limits.fileBytesMax(), bytes);
    try (FileChannel channel =
        FileChannel.open(
            path(number),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      int has = (int) channel.size();
      if (has < size) {
        Folders.writeAll(channel, ByteBuffer.allocate(size - has), has);
      }
      // A file that was left is cut: what of it is still mapped until the next collection is empty.
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, Arena.ofAuto());
      room = Optional.of(mapped);
      return mapped;
    }
  }

  /** The file takes no more room than its events. */
  private void leaveFile() throws IOException {
    if (room.isPresent()) {
      room = Optional.empty();
      cut(path(number), fileBytes);
    }
  }

  private static void cut(Path file, int bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  /** Fills the memory from the newest files, and finds where the newest one ends. */
  private void remember() {
    for (long file : files.descendingSet()) {
      Sound sound = read(path(file));
      if (file == number) {
        fileBytes = sound.bytes();
      }
      for (Event event : sound.events().reversed()) {
        if (memory.size() == limits.memoryEventsMax()) {
          return;
        }
        memory.addFirst(event);
      }
    }
  }

  private void setAsideFormer() throws IOException {
    for (String name : FORMER) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        Path aside = folder.resolve(name + ".v1");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.warn("{} has events of a format before the first release: kept, but not read", aside);
      }
    }
  }

  private Path path(long file) {
    return folder.resolve(PREFIX + HexFormat.of().toHexDigits(file));
  }

  private static List<Path> names(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.filter(file -> name(file).matches(PREFIX + "[0-9a-f]{16}")).toList();
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** The events of a file up to its end, or to the first that does not check out. */
  private Sound read(Path file) {
    List<Event> events = new ArrayList<>();
    int sound = 0;
    try {
      Bytes all = Bytes.wrap(Files.readAllBytes(file));
      ByteReader in = new ByteReader(all);
      while (in.remaining() > 0) {
        int length = in.u32();
        if (length == 0) {
          requireZeros(in.raw(in.remaining()));
          break;
        }
        int crc = in.u32();
        Bytes bytes = in.raw(length);
        if (bytes.crc32c() != crc) {
          throw new MalformedException("a record's checksum does not match");
        }
        events.add(Event.decode(bytes));
        sound = in.position();
      }
    } catch (MalformedException broken) {
      tellDamage(file, sound, events.size(), String.valueOf(broken.getMessage()));
    } catch (IOException gone) {
      // One that was the oldest may be deleted while it is read: that is its bound.
      LOG.debug("cannot read {}: {}", file, gone.toString());
    }
    return new Sound(events, sound);
  }

  private static void requireZeros(Bytes rest) throws MalformedException {
    for (int i = 0; i < rest.length(); i++) {
      if (rest.at(i) != 0) {
        throw new MalformedException("zeros where a record should be");
      }
    }
  }

  private synchronized void tellDamage(Path file, int sound, int events, String why) {
    if (damaged.add(file)) {
      LOG.warn(
          "{} is damaged from byte {} on: {}; the {} events before that are kept, the rest is lost",
          file,
          sound,
          why,
          events);
    }
  }
}
