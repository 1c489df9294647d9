package org.volvox.cli.services;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The lines of an input that hold something, read when they are wanted. */
final class InputItems implements Iterator<String> {
  private final BufferedReader in;
  private @Nullable String next;

  InputItems(InputStream in) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null) {
        String line = in.readLine();
        if (line == null) {
          return false;
        }
        next = line.isBlank() ? null : line;
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the items: " + e.getMessage(), e);
    }
  }

  @Override
  public String next() {
    String line = hasNext() ? next : null;
    if (line == null) {
      throw new NoSuchElementException("no more lines");
    }
    next = null;
    return line;
  }
}
