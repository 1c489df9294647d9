package org.volvox.gateways.jsonrpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.volvox.base.MalformedException;
import org.volvox.base.json.JsonReader;

/**
 * Cuts a stream of bytes into JSON objects, one behind the other with or without space between; it
 * finds where each ends, and no more. Size and depth are bounded.
 */
final class JsonFrames {
  private static final String SPACE = " \t\r\n";

  private final InputStream in;
  private final int bytesMax;
  private final byte[] buffer = new byte[8192];
  private int from;
  private int to;

  JsonFrames(InputStream in, int bytesMax) {
    this.in = in;
    this.bytesMax = bytesMax;
  }

  /** Waits for the next object; empty where the stream ends between two. */
  Optional<String> next() throws IOException, MalformedException {
    do {
      if (!fill()) {
        return Optional.empty();
      }
    } while (skippedSpace());
    if (buffer[from] != '{') {
      throw new MalformedException("a request is a JSON object, which begins with {");
    }
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    Nesting nesting = new Nesting();
    do {
      if (!fill()) {
        throw new MalformedException("the stream ends in a request");
      }
      int begin = from;
      while (from < to && !nesting.isOver()) {
        nesting.take(buffer[from++]);
      }
      object.write(buffer, begin, from - begin);
      if (object.size() > bytesMax) {
        throw new MalformedException("a request of more than " + bytesMax + " bytes");
      }
    } while (!nesting.isOver());
    return Optional.of(text(object.toByteArray()));
  }

  private boolean fill() throws IOException {
    if (from == to) {
      from = 0;
      to = Math.max(0, in.read(buffer));
    }
    return from < to;
  }

  /** Whether only space was there. */
  private boolean skippedSpace() {
    while (from < to && SPACE.indexOf(buffer[from]) >= 0) {
      from++;
    }
    return from == to;
  }

  private static String text(byte[] utf8) throws MalformedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a request that is no UTF-8");
    }
  }

  /** How deep in objects and arrays one is; brackets in texts do not count. */
  private static final class Nesting {
    private int depth;
    private boolean isInText;
    private boolean isEscaped;
    private boolean hasBegun;

    boolean isOver() {
      return hasBegun && depth <= 0;
    }

    void take(byte each) throws MalformedException {
      hasBegun = true;
      if (isEscaped) {
        isEscaped = false;
      } else if (isInText) {
        isEscaped = each == '\\';
        isInText = each != '"';
      } else {
        takeOutsideOfText(each);
      }
    }

    private void takeOutsideOfText(byte each) throws MalformedException {
      switch (each) {
        case '"' -> isInText = true;
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        default -> {}
      }
      if (depth > JsonReader.DEPTH_MAX) {
        throw new MalformedException("nested deeper than " + JsonReader.DEPTH_MAX);
      }
    }
  }
}
