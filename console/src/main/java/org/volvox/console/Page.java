package org.volvox.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file of a page, as the class path has it; all are text.
 *
 * @param type its media type
 */
record Page(String type, String content) {
  /** Plain names only: no empty part, no dot in front, so nothing outside of web/ has a path. */
  private static final Pattern PATH =
      Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+/?", Pattern.CASE_INSENSITIVE);

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "json", "application/json");

  /** The file that a request's path names; a folder's is its index.html. */
  static Optional<Page> of(String path) throws IOException {
    if (!PATH.matcher(path).matches()) {
      return Optional.empty();
    }
    String file = path.endsWith("/") ? path + "index.html" : path;
    @Nullable String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
    if (type == null) {
      return Optional.empty();
    }
    try (@Nullable InputStream in = Page.class.getResourceAsStream("/web" + file)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new Page(type, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    }
  }
}
