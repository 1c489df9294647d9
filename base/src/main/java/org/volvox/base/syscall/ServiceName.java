package org.volvox.base.syscall;

import java.nio.charset.StandardCharsets;
import org.volvox.base.Api;
import org.volvox.base.Bytes;

/**
 * A service's name: an absolute path below {@code /services/}, whose components are as file names.
 * Names are ordered as their UTF-8.
 */
@Api
public record ServiceName(String path) implements Comparable<ServiceName> {
  /** All names begin with it. */
  public static final String ROOT = "/services/";

  public ServiceName {
    if (!path.startsWith(ROOT)) {
      throw new IllegalArgumentException("a service's name is below " + ROOT + ": " + path);
    }
    requireLength(path, path, ServiceLimits.NAME_BYTES_MAX);
    int from = ROOT.length();
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      requireComponent(path.substring(from, to), path);
      from = to + 1;
    }
  }

  /**
   * The name that a person means: a text that begins with a slash is taken as it is, another one is
   * below {@link #ROOT}.
   *
   * @throws IllegalArgumentException if it is no name, and says what is wrong
   */
  public static ServiceName of(String text) {
    return new ServiceName(text.startsWith("/") ? text : ROOT + text);
  }

  private static void requireComponent(String component, String path) {
    if (component.isEmpty()) {
      throw new IllegalArgumentException("an empty component in a service's name: " + path);
    }
    if (component.equals(".") || component.equals("..")) {
      throw new IllegalArgumentException("a service's name has no . and no ..: " + path);
    }
    if (component.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a control character in a service's name");
    }
    requireLength(component, path, ServiceLimits.COMPONENT_BYTES_MAX);
  }

  private static void requireLength(String part, String path, int bytesMax) {
    byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > bytesMax) {
      throw new IllegalArgumentException(
          "in a service's name " + utf8.length + " bytes, at most " + bytesMax + ": " + path);
    }
    // A lone surrogate would come back as another text.
    if (!new String(utf8, StandardCharsets.UTF_8).equals(part)) {
      throw new IllegalArgumentException("a service's name is no well-formed Unicode");
    }
  }

  /** The path without {@link #ROOT}. */
  public String shortForm() {
    return path.substring(ROOT.length());
  }

  @Override
  public int compareTo(ServiceName other) {
    // Each call looks up rows of one name: most comparisons are with the same.
    return path.equals(other.path) ? 0 : Bytes.utf8(path).compareTo(Bytes.utf8(other.path));
  }

  @Override
  public String toString() {
    return path;
  }
}
