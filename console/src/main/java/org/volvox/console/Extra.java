package org.volvox.console;

import io.helidon.webserver.http.Handler;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What another module serves at the pages' address: the paths at and below one, whatever the
 * method. It is asked only for requests by a name of this server, and made for the first of them.
 */
public final class Extra {
  private final String path;
  private final Supplier<Handler> making;
  private Optional<Handler> made = Optional.empty();

  /**
   * @param path such as {@code /rpc}
   */
  public Extra(String path, Supplier<Handler> making) {
    this.path = path;
    this.making = making;
  }

  boolean isFor(String asked) {
    return asked.equals(path) || asked.startsWith(path + "/");
  }

  synchronized Handler handler() {
    if (made.isEmpty()) {
      made = Optional.of(making.get());
    }
    return made.get();
  }
}
