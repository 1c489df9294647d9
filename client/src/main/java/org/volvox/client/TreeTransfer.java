package org.volvox.client;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.FileStat;

/**
 * Puts or gets a whole folder. Small files go several at a time, bigger ones one by one with their
 * blocks in parallel. Links and devices are not followed and counted as left out.
 */
@Api
public final class TreeTransfer {
  /** Small files in flight: each waits for a disk that serves all that wait at once. */
  private static final int FILES_MAX = 64;

  private final VolvoxFiles files;
  private final Watcher watcher;
  private final InFlight<Long> flight = new InFlight<>(FILES_MAX);
  private long bytes;
  private long stored;
  private long equal;
  private long leftOut;

  /** Is told of each file as it is done. */
  @Api
  public interface Watcher {
    void onFile(String name, long files, long bytes);
  }

  /** What was done: files moved, files that were there and equal, what is no file or folder. */
  @Api
  public record Summary(long moved, long equal, long leftOut, long bytes) {}

  TreeTransfer(VolvoxFiles files, Watcher watcher) {
    this.files = files;
    this.watcher = watcher;
  }

  Summary put(Path local, String path) throws IOException, InterruptedException {
    List<Path> directories = new ArrayList<>();
    Files.walkFileTree(local, new Collector(directories));
    try (flight) {
      makeDirectories(local, path, directories);
      for (Path directory : directories) {
        putFilesOf(directory, join(path, local.relativize(directory)));
      }
      finish();
    }
    return new Summary(stored, equal, leftOut, bytes);
  }

  /** In any order: each is made with those above it, and one that is there is fine. */
  private void makeDirectories(Path local, String path, List<Path> directories)
      throws IOException, InterruptedException {
    try (InFlight<Boolean> made = new InFlight<>(FILES_MAX)) {
      for (Path directory : directories) {
        if (made.isFull()) {
          made.take();
        }
        String target = join(path, local.relativize(directory));
        made.begin(() -> {
          files.mkdir(target, true);
          return true;
        });
      }
      while (!made.isEmpty()) {
        made.take();
      }
    }
  }

  private final class Collector extends SimpleFileVisitor<Path> {
    private final List<Path> directories;

    Collector(List<Path> directories) {
      this.directories = directories;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      directories.add(directory);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!attributes.isRegularFile()) {
        leftOut++;
      }
      return FileVisitResult.CONTINUE;
    }
  }

  /** Both sides in the same order, so that what is there takes a page at a time. */
  private void putFilesOf(Path directory, String target) throws IOException, InterruptedException {
    List<Bytes> names = new ArrayList<>();
    try (DirectoryStream<Path> inside = Files.newDirectoryStream(directory)) {
      for (Path file : inside) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          names.add(Bytes.utf8(file.getFileName().toString()));
        }
      }
    }
    if (names.isEmpty()) {
      return;
    }
    names.sort(null);
    Listing there = files.listing(target);
    for (Bytes name : names) {
      Path file = directory.resolve(name.utf8());
      String path = join(target, name.utf8());
      Optional<FileStat> known = there.find(name);
      begin(path, Files.size(file), () -> putOne(file, path, known));
    }
  }

  private long putOne(Path file, String target, Optional<FileStat> there)
      throws IOException, InterruptedException {
    if (there.isPresent() && VolvoxFiles.isEqual(file, there.get())) {
      return -1;
    }
    return files.put(file, target, Progress.NONE).size();
  }

  Summary get(String path, Path local) throws IOException, InterruptedException {
    Deque<String> directories = new ArrayDeque<>(List.of(""));
    try (flight) {
      while (!directories.isEmpty()) {
        String relative = directories.remove();
        String directory = relative.isEmpty() ? path : join(path, relative);
        Path target = local.resolve(relative);
        Files.createDirectories(target);
        Listing entries = files.listing(directory);
        for (Optional<FileEntry> next = entries.next(); next.isPresent(); next = entries.next()) {
          FileEntry entry = next.get();
          String name = relative.isEmpty() ? entry.name() : relative + "/" + entry.name();
          if (entry.stat().isDirectory()) {
            directories.add(name);
          } else {
            Path file = target.resolve(entry.name());
            String from = join(directory, entry.name());
            begin(name, entry.stat().size(), () -> getOne(from, file, entry.stat()));
          }
        }
      }
      finish();
    }
    return new Summary(stored, equal, leftOut, bytes);
  }

  private long getOne(String path, Path file, FileStat stat)
      throws IOException, InterruptedException {
    if (VolvoxFiles.isEqual(file, stat)) {
      return -1;
    }
    return files.get(path, file, Progress.NONE).size();
  }

  private void begin(String name, long size, java.util.concurrent.Callable<Long> work)
      throws IOException, InterruptedException {
    if (size > FileLimits.INLINE_BYTES_MAX) {
      finish(); // A big file uses the bound on blocks for itself.
    } else if (flight.isFull()) {
      count(name, flight.take());
    }
    flight.begin(work);
    if (size > FileLimits.INLINE_BYTES_MAX) {
      count(name, flight.take());
    }
  }

  private void finish() throws IOException, InterruptedException {
    while (!flight.isEmpty()) {
      count("", flight.take());
    }
  }

  private void count(String name, long size) {
    if (size < 0) {
      equal++;
    } else {
      stored++;
      bytes += size;
    }
    watcher.onFile(name, stored + equal, bytes);
  }

  private static String join(String path, Path relative) {
    StringBuilder joined = new StringBuilder(path);
    relative.forEach(name -> {
      if (!name.toString().isEmpty()) {
        append(joined, name.toString());
      }
    });
    return joined.toString();
  }

  private static String join(String path, String relative) {
    StringBuilder joined = new StringBuilder(path);
    append(joined, relative);
    return joined.toString();
  }

  private static void append(StringBuilder path, String name) {
    if (path.isEmpty() || path.charAt(path.length() - 1) != '/') {
      path.append('/');
    }
    path.append(name);
  }
}
