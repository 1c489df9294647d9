package org.volvox.gateways.http;

import java.util.Locale;
import java.util.Optional;
import org.volvox.base.json.JsonWriter;
import org.volvox.gateways.Trouble;

/** Why a request has no result, as RFC 9457 tells it. */
record Problem(int status, String name, String title, Trouble trouble) {
  private static final int CLIENT_ERROR = 400;

  static Problem of(Trouble trouble) {
    Optional<String> exception = trouble.exception();
    return switch (trouble.kind()) {
      case NO_SERVICE -> of(404, "There is no such service", trouble);
      case NO_METHOD -> of(404, "The service has no such method", trouble);
      case BAD_ARGUMENTS -> of(CLIENT_ERROR, "The arguments do not fit one method", trouble);
      case NOT_ALLOWED -> of(403, "The service does not let this be called", trouble);
      case BUSY -> of(503, "The service has too much to do", trouble);
      case UNAVAILABLE -> of(503, "The service cannot be reached", trouble);
      case DEADLINE -> of(504, "The deadline passed", trouble);
      case THREW -> of(502, "The method threw " + exception.orElse("an exception"), trouble);
      case FAILED -> of(502, "The answer cannot be understood", trouble);
    };
  }

  private static Problem of(int status, String title, Trouble trouble) {
    return new Problem(
        status, trouble.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'), title, trouble);
  }

  /** A request that called nothing. */
  static Problem before(int status, String name, String title, String detail) {
    return new Problem(status, name, title, Trouble.before(Trouble.Kind.BAD_ARGUMENTS, detail));
  }

  String json() {
    JsonWriter out =
        new JsonWriter()
            .object()
            .field("type", "urn:volvox:problem:" + name)
            .field("title", title)
            .field("status", status)
            .field("detail", trouble.text())
            .field("mayHaveRun", trouble.mayHaveRun());
    trouble.exception().ifPresent(each -> out.field("exception", each));
    return out.end().text();
  }
}
