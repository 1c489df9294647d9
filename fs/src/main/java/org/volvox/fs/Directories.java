package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.FileKind;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.FilePage;
import org.volvox.base.syscall.Status;

/**
 * Names in directories, and the walk from the root along a path. There are no links, so a directory
 * has one parent, and the walk to it passes all that are above it.
 */
final class Directories {
  private Directories() {}

  /** What a name names. */
  record Entry(long inode, FileKind kind) {
    boolean isDirectory() {
      return kind == FileKind.DIRECTORY;
    }

    private static Entry read(ByteReader in) throws MalformedException {
      return new Entry(in.u64(), FileKind.ofCode(in.u8()));
    }
  }

  /**
   * Where a path leads. {@code above} are the directories from the root to the one that {@code
   * name} is looked up in; without a name (the path is "/" or ends in dots) the last of them is
   * meant itself.
   */
  record Place(FilePath path, List<Long> above, Optional<String> name, Optional<Entry> entry) {
    Place {
      above = List.copyOf(above);
    }

    long parent() {
      return above.getLast();
    }

    /** The name in its directory; refused where the path has none of its own. */
    String ownName() throws Refused {
      return name.orElseThrow(
          () -> new Refused(Status.INVALID, path.text() + ": not possible for this directory"));
    }

    /** What is there; refused where nothing is. */
    Entry existing() throws Refused {
      return entry.orElseThrow(
          () -> new Refused(Status.NOT_FOUND, path.text() + ": no such file or directory"));
    }

    /** Refuses a directory, and a path that can only be one's. */
    void checkFile() throws Refused {
      if (name.isEmpty() || path.mustBeDirectory() || entry.map(Entry::isDirectory).orElse(false)) {
        throw new Refused(Status.IS_DIRECTORY, path.text() + ": is a directory");
      }
    }
  }

  static Place walk(String text, OrderedStore.Reader state) throws Refused {
    FilePath path = FilePath.parse(text);
    List<Long> above = new ArrayList<>();
    above.add(Inode.ROOT);
    List<String> names = path.names();
    boolean isNamed = !names.isEmpty() && !FilePath.isDots(names.getLast());
    for (String name : isNamed ? names.subList(0, names.size() - 1) : names) {
      enter(name, path, above, state);
    }
    if (!isNamed) {
      Entry self = new Entry(above.getLast(), FileKind.DIRECTORY);
      return new Place(path, above, Optional.empty(), Optional.of(self));
    }
    Optional<Entry> entry = lookUp(above.getLast(), names.getLast(), state);
    if (path.mustBeDirectory() && entry.isPresent() && !entry.get().isDirectory()) {
      throw new Refused(Status.NOT_DIRECTORY, text + ": is not a directory");
    }
    return new Place(path, above, Optional.of(names.getLast()), entry);
  }

  private static void enter(String name, FilePath path, List<Long> above, OrderedStore.Reader state)
      throws Refused {
    if (name.equals("..")) {
      if (above.size() > 1) {
        above.removeLast();
      }
    } else if (!name.equals(".")) {
      Entry entry =
          lookUp(above.getLast(), name, state)
              .orElseThrow(
                  () -> new Refused(Status.NOT_FOUND, path.text() + ": no directory " + name));
      if (!entry.isDirectory()) {
        throw new Refused(Status.NOT_DIRECTORY, path.text() + ": " + name + " is not a directory");
      }
      above.add(entry.inode());
    }
  }

  static Optional<Entry> lookUp(long directory, String name, OrderedStore.Reader state) {
    return Rows.find(FsKeys.name(directory, Bytes.utf8(name)), state, Entry::read);
  }

  /** Names something in a directory, in the place of what the name named before. */
  static void link(
      long directory, String name, Entry entry, WallTime now, OrderedStore.Batch batch) {
    Bytes key = FsKeys.name(directory, Bytes.utf8(name));
    int more = batch.get(key).isPresent() ? 0 : 1;
    batch.put(key, Rows.begin().u64(entry.inode()).u8(entry.kind().code()).toBytes());
    Inode.of(directory, batch).withEntries(more, now).store(batch);
  }

  static void unlink(long directory, String name, WallTime now, OrderedStore.Batch batch) {
    batch.delete(FsKeys.name(directory, Bytes.utf8(name)));
    Inode.of(directory, batch).withEntries(-1, now).store(batch);
  }

  static void makeDirectory(long parent, String name, WallTime now, OrderedStore.Batch batch) {
    long inode = Counters.takeInode(batch);
    Inode.directory(inode, now).store(batch);
    link(parent, name, new Entry(inode, FileKind.DIRECTORY), now, batch);
  }

  static FilePage page(String path, String after, int limit, OrderedStore.Reader state)
      throws Refused {
    Place place = walk(path, state);
    Entry entry = place.existing();
    if (!entry.isDirectory()) {
      FileEntry self = new FileEntry(place.ownName(), Inode.of(entry.inode(), state).stat());
      return new FilePage(List.of(self), false);
    }
    int entriesMax = Math.clamp(limit, 1, FileLimits.PAGE_MAX);
    Bytes first = FsKeys.name(entry.inode(), Bytes.utf8(after));
    List<FileEntry> entries = new ArrayList<>();
    boolean[] more = {false};
    state.scan(
        after.isEmpty() ? first : FsKeys.after(first),
        FsKeys.name(entry.inode() + 1, Bytes.EMPTY),
        Direction.ASCENDING,
        (key, value) -> {
          more[0] = entries.size() == entriesMax;
          if (!more[0]) {
            Inode inode = Inode.of(Rows.read(value, Entry::read).inode(), state);
            entries.add(new FileEntry(FsKeys.nameOf(key), inode.stat()));
          }
          return !more[0];
        });
    return new FilePage(entries, more[0]);
  }

  /** The first {@code limit} entries of a directory by key, for its clearing away. */
  static List<Bytes> keys(long directory, int limit, OrderedStore.Reader state) {
    List<Bytes> keys = new ArrayList<>();
    state.scan(
        FsKeys.name(directory, Bytes.EMPTY),
        FsKeys.name(directory + 1, Bytes.EMPTY),
        Direction.ASCENDING,
        (key, value) -> keys.add(key) && keys.size() < limit);
    return keys;
  }

  static Entry read(Bytes value) {
    return Rows.read(value, Entry::read);
  }
}
