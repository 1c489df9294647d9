package org.volvox.gateways.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What stands behind /rpc in a request's path. */
final class RpcPath {
  private static final String ROOT = "/rpc";

  private RpcPath() {}

  /** The service's name, or the beginning of names where it ends with a slash or is empty. */
  static String name(String rawPath) throws RefusedException {
    String behind = rawPath.substring(ROOT.length());
    return decode(behind.startsWith("/") ? behind.substring(1) : behind);
  }

  /** A service and one of its methods. */
  record Target(String service, String method) {}

  /** The last part is the method's name, whatever is before it the service's. */
  static Target target(String rawPath) throws RefusedException {
    String name = name(rawPath);
    int slash = name.lastIndexOf('/');
    if (slash < 1 || slash == name.length() - 1) {
      throw RefusedException.of(
          404, "no-method", "No method is named", "Post to /rpc/SERVICE/METHOD.");
    }
    return new Target(name.substring(0, slash), name.substring(slash + 1));
  }

  private static String decode(String raw) throws RefusedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int at = 0;
    while (at < raw.length()) {
      char each = raw.charAt(at);
      if (each == '%') {
        bytes.write(octet(raw, at));
        at += 3;
      } else if (each > ' ' && each < 0x7F) {
        bytes.write(each);
        at++;
      } else {
        throw wrong(raw);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw wrong(raw);
    }
  }

  private static int octet(String raw, int at) throws RefusedException {
    int high = at + 2 < raw.length() ? Character.digit(raw.charAt(at + 1), 16) : -1;
    int low = high < 0 ? -1 : Character.digit(raw.charAt(at + 2), 16);
    if (low < 0) {
      throw wrong(raw);
    }
    return high * 16 + low;
  }

  private static RefusedException wrong(String raw) {
    return RefusedException.of(
        400, "bad-path", "The path cannot be read", "not percent-encoded UTF-8: " + raw);
  }
}
