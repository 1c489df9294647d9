package org.volvox.fs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.Status;

/**
 * An absolute path, taken apart. {@code names} may hold "." and ".."; {@code mustBeDirectory} is
 * said by a slash at the end.
 */
record FilePath(String text, List<String> names, boolean mustBeDirectory) {
  FilePath {
    names = List.copyOf(names);
  }

  static FilePath parse(String text) throws Refused {
    if (!text.startsWith("/")) {
      throw new Refused(
          Status.INVALID, text.isEmpty() ? "empty path" : text + ": path does not begin with /");
    }
    if (text.indexOf('\0') >= 0) {
      throw new Refused(Status.INVALID, "path with a NUL character");
    }
    if (bytes(text) > FileLimits.PATH_BYTES_MAX) {
      throw new Refused(
          Status.NAME_TOO_LONG,
          "path of " + bytes(text) + " bytes, at most " + FileLimits.PATH_BYTES_MAX);
    }
    List<String> names = new ArrayList<>();
    int from = 1;
    while (from <= text.length()) {
      int slash = text.indexOf('/', from);
      int to = slash < 0 ? text.length() : slash;
      if (to > from) {
        names.add(name(text.substring(from, to)));
      }
      from = to + 1;
    }
    return new FilePath(text, names, text.endsWith("/"));
  }

  private static String name(String name) throws Refused {
    if (bytes(name) > FileLimits.NAME_BYTES_MAX) {
      throw new Refused(
          Status.NAME_TOO_LONG,
          name + ": name of " + bytes(name) + " bytes, at most " + FileLimits.NAME_BYTES_MAX);
    }
    return name;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static boolean isDots(String name) {
    return name.equals(".") || name.equals("..");
  }
}
