package org.volvox.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** How long the path of a Unix socket may be. */
public final class UnixPaths {
  /** What the address of a Unix socket may hold in Linux, without its final zero. */
  public static final int BYTES_MAX = 107;

  private UnixPaths() {}

  /** The length of a path in bytes. */
  public static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  static void check(Path path) throws IOException {
    int bytes = bytes(path);
    if (bytes > BYTES_MAX) {
      throw new IOException(
          "the path of the socket is "
              + bytes
              + " bytes long, Linux allows "
              + BYTES_MAX
              + "; choose a shorter folder: "
              + path);
    }
  }
}
