package org.volvox.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of Ratis' log, {@code log_FIRST-LAST} and {@code log_inprogress_FIRST}. */
final class SegmentFiles {
  private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");

  private final Path folder;

  SegmentFiles(Path folder) {
    this.folder = folder;
  }

  long bytes() {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "log_*")) {
      for (Path file : files) {
        bytes += size(file);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last entry that may go if so many bytes are to stay; empty if none may. */
  OptionalLong purgeable(long bytesKept) {
    TreeMap<Long, Long> closed = new TreeMap<>(Comparator.reverseOrder());
    long kept = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "log_*")) {
      for (Path file : files) {
        Matcher name = CLOSED.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          closed.put(Long.parseLong(name.group(2)), size(file));
        } else {
          kept += size(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (var segment : closed.entrySet()) {
      if (kept >= bytesKept) {
        return OptionalLong.of(segment.getKey());
      }
      kept += segment.getValue();
    }
    return OptionalLong.empty();
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // Purged or renamed meanwhile.
    }
  }
}
