package org.volvox.client;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.FileStat;
import org.volvox.base.syscall.Status;

/**
 * Puts or gets a whole folder. Small files go several at a time, bigger ones one by one with their
 * blocks in parallel. Links and devices are not followed and counted as left out.
 */
@Api
public final class TreeTransfer {
  /** Files in flight; each is one command that waits for a disk, so a few hide the waiting. */
  private static final int FILES_MAX = 16;

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
    List<Path> regular = new ArrayList<>();
    Files.walkFileTree(local, new Collector(directories, regular));
    try (flight) {
      for (Path directory : directories) {
        files.mkdir(join(path, local.relativize(directory)), true);
      }
      for (Path file : regular) {
        String target = join(path, local.relativize(file));
        begin(target, Files.size(file), () -> putOne(file, target));
      }
      finish();
    }
    return new Summary(stored, equal, leftOut, bytes);
  }

  private final class Collector extends SimpleFileVisitor<Path> {
    private final List<Path> directories;
    private final List<Path> regular;

    Collector(List<Path> directories, List<Path> regular) {
      this.directories = directories;
      this.regular = regular;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      directories.add(directory);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        regular.add(file);
      } else {
        leftOut++;
      }
      return FileVisitResult.CONTINUE;
    }
  }

  private long putOne(Path file, String target) throws IOException, InterruptedException {
    Optional<FileStat> there = statIfThere(target);
    if (there.isPresent() && VolvoxFiles.isEqual(file, there.get())) {
      return -1;
    }
    return files.put(file, target, Progress.NONE).size();
  }

  private Optional<FileStat> statIfThere(String target)
      throws VolvoxException, InterruptedException {
    try {
      return Optional.of(files.stat(target));
    } catch (VolvoxException e) {
      if (e.is(Status.NOT_FOUND)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  Summary get(String path, Path local) throws IOException, InterruptedException {
    Deque<String> directories = new ArrayDeque<>(List.of(""));
    try (flight) {
      while (!directories.isEmpty()) {
        String relative = directories.remove();
        String directory = relative.isEmpty() ? path : join(path, relative);
        Path target = local.resolve(relative);
        Files.createDirectories(target);
        List<FileEntry> entries = new ArrayList<>();
        files.list(directory, entries::add);
        for (FileEntry entry : entries) {
          String name = relative.isEmpty() ? entry.name() : relative + "/" + entry.name();
          if (entry.stat().isDirectory()) {
            directories.add(name);
          } else {
            Path file = target.resolve(entry.name());
            begin(name, entry.stat().size(), () -> getOne(join(directory, entry.name()), file));
          }
        }
      }
      finish();
    }
    return new Summary(stored, equal, leftOut, bytes);
  }

  private long getOne(String path, Path file) throws IOException, InterruptedException {
    FileStat stat = files.stat(path);
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
