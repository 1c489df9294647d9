package org.volvox.rpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which users may come by this process's Unix sockets: its own and root. */
final class UnixUser {
  static final Path SELF = Path.of("/proc/self");

  private UnixUser() {}

  /** The user of this name, if it may. */
  static Identity allowed(String name) throws IOException {
    if (!name.equals("root") && !name.equals(own())) {
      throw new IOException(name + " may not use this socket, only " + own());
    }
    return new Identity.User(name);
  }

  static String own() throws IOException {
    return Files.getOwner(SELF).getName();
  }
}
