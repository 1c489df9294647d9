package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;

/** The names of a log's files. */
final class Segments {
  /** A segment in the making; worth nothing after a crash. */
  static final String SPARE = "wal-spare";

  private static final String PREFIX = "wal-";
  private static final int DIGITS = 16;

  private Segments() {}

  static String name(long segment) {
    String hex = Long.toHexString(segment);
    return PREFIX + "0".repeat(DIGITS - hex.length()) + hex;
  }

  /** The numbers of the segments there are, ascending. */
  static List<Long> of(Disk disk) throws DiskException {
    List<Long> numbers = new ArrayList<>();
    for (String file : disk.list()) {
      if (file.length() == PREFIX.length() + DIGITS && file.startsWith(PREFIX)) {
        long number = 0;
        for (int i = PREFIX.length(); i < file.length(); i++) {
          number = number << 4 | Math.max(0, Character.digit(file.charAt(i), 16));
        }
        if (number > 0 && file.equals(name(number))) {
          numbers.add(number);
        }
      }
    }
    return numbers;
  }

  /** The files of a log whose names have a word of their own between prefix and number. */
  static List<String> named(Disk disk, String word) throws DiskException {
    return disk.list().stream().filter(file -> file.startsWith(PREFIX + word)).toList();
  }

  /** The name of a log's file with a word put in. */
  static String with(String word, String file) {
    return PREFIX + word + file.substring(PREFIX.length());
  }

  /** The name with the word taken out again. */
  static String without(String word, String file) {
    return PREFIX + file.substring(PREFIX.length() + word.length());
  }

  /** Makes a segment of zeros under its name at once, in place of one that may be there. */
  static void make(Disk disk, long segment, long bytes) throws DiskException {
    if (disk.list().contains(SPARE)) {
      disk.delete(SPARE);
    }
    disk.create(SPARE, bytes);
    disk.rename(SPARE, name(segment));
  }
}
