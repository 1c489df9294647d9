package org.volvox.gateways.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The lines of a body as they come, blank ones left out: one JSON text each. */
final class Lines implements Iterator<String> {
  private final InputStream in;
  private final int bytesMax;
  private final byte[] buffer = new byte[8192];
  private int from;
  private int to;
  private Optional<String> next = Optional.empty();

  /**
   * @param bytesMax of one line
   */
  Lines(InputStream in, int bytesMax) {
    this.in = in;
    this.bytesMax = bytesMax;
  }

  /**
   * Waits for a line or the end.
   *
   * @throws IllegalArgumentException if the line is too long or no UTF-8
   */
  @Override
  public boolean hasNext() {
    try {
      while (next.isEmpty() && fill()) {
        String line = line();
        next = line.isBlank() ? Optional.empty() : Optional.of(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the request's body broke off", e);
    }
    return next.isPresent();
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more lines");
    }
    String line = next.orElseThrow();
    next = Optional.empty();
    return line;
  }

  private boolean fill() throws IOException {
    if (from == to) {
      from = 0;
      to = Math.max(0, in.read(buffer));
    }
    return from < to;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (fill()) {
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, from, end - from);
      if (line.size() > bytesMax) {
        throw new IllegalArgumentException("a line of more than " + bytesMax + " bytes");
      }
      from = Math.min(end + 1, to);
      if (end < to) {
        break;
      }
    }
    return text(line.toByteArray());
  }

  static String text(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the body is no UTF-8", e);
    }
  }
}
