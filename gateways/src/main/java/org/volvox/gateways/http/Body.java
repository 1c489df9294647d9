package org.volvox.gateways.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A request's body, which may be left unread. */
final class Body {
  /** What is read of a body that is not wanted: its sender would not hear the answer else. */
  private static final int DRAIN_BYTES_MAX = 2 * HttpGateway.BODY_BYTES_MAX;

  private final ServerRequest request;
  private final ServerResponse response;
  private Optional<InputStream> opened = Optional.empty();
  private boolean isEndless;

  Body(ServerRequest request, ServerResponse response) {
    this.request = request;
    this.response = response;
  }

  InputStream stream() {
    if (opened.isEmpty()) {
      opened = Optional.of(request.content().inputStream());
    }
    return opened.get();
  }

  /** One that lasts as long as its sender wants: the connection ends with the answer. */
  InputStream endless() {
    closeBehindAnswer();
    isEndless = true;
    return stream();
  }

  private void closeBehindAnswer() {
    response.header(HeaderNames.CONNECTION, "close");
  }

  /** Reads what is left, as much as a sender may send by mistake. */
  void drain() throws IOException {
    boolean isWaiting = request.headers().contains(HeaderNames.EXPECT) && !request.continueSent();
    if (isEndless || !request.content().hasEntity()) {
      return;
    }
    if (isWaiting) {
      closeBehindAnswer();
      return;
    }
    byte[] buffer = new byte[8192];
    int left = DRAIN_BYTES_MAX;
    int read = stream().read(buffer);
    while (read > 0 && left > 0) {
      left -= read;
      read = stream().read(buffer);
    }
    if (read > 0) {
      closeBehindAnswer();
    }
  }
}
