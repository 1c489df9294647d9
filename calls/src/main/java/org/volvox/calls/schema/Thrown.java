package org.volvox.calls.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * An exception as it travels: names and texts, no object. The first link is what was thrown, each
 * further one the cause of the one before it.
 */
public record Thrown(List<Link> chain) {
  public static final int LINKS_MAX = 8;

  /** Frames of one link; what a person looks at is at their beginning. */
  public static final int FRAMES_MAX = 100;

  public static final int ANCESTORS_MAX = 16;
  public static final int TEXT_CHARACTERS_MAX = 8_192;

  private static final int VERSION = 1;

  /**
   * One exception: its class, the classes above it up to Throwable (nearest first), its message,
   * and its stack, innermost first. {@code cutFrames} more were left out.
   */
  public record Link(
      String type,
      List<String> ancestors,
      Optional<String> message,
      List<Frame> stack,
      int cutFrames) {
    public Link {
      requireCount("classes", ancestors.size(), ANCESTORS_MAX);
      requireCount("frames", stack.size(), FRAMES_MAX);
      type = cut(type);
      ancestors = ancestors.stream().map(Thrown::cut).toList();
      message = message.map(Thrown::cut);
      stack = List.copyOf(stack);
    }

    /** As Java prints it. */
    public String text() {
      return message.isEmpty() ? type : type + ": " + message.get();
    }
  }

  /** A line of a stack; the file is empty and the line is 0 where they are not known. */
  public record Frame(String type, String method, String file, int line) {
    public Frame {
      type = cut(type);
      method = cut(method);
      file = cut(file);
    }

    /** As Java prints it. */
    public String text() {
      String place = file.isEmpty() ? "Unknown Source" : line > 0 ? file + ":" + line : file;
      return type + "." + method + "(" + place + ")";
    }
  }

  public Thrown {
    chain = List.copyOf(chain);
    requireCount("causes", chain.size(), LINKS_MAX);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("nothing was thrown");
    }
  }

  /** What was thrown. */
  public Link first() {
    return chain.getFirst();
  }

  /**
   * u8 version, count of links and for each: text type, count and texts of its ancestors, text
   * message or null, count of frames and for each text type, text method, text file, varint line;
   * varint frames cut. Counts and texts as in values ({@link TypeRef}).
   */
  public Bytes encode() {
    ValueWriter out = new ValueWriter(512);
    out.u8(VERSION);
    out.count(chain.size());
    for (Link link : chain) {
      out.text(link.type);
      out.count(link.ancestors.size());
      link.ancestors.forEach(out::text);
      out.text(link.message.orElse(null));
      out.count(link.stack.size());
      for (Frame frame : link.stack) {
        out.text(frame.type);
        out.text(frame.method);
        out.text(frame.file);
        out.varint(frame.line);
      }
      out.varint(link.cutFrames);
    }
    return out.toBytes();
  }

  public static Thrown decode(Bytes bytes) throws MalformedException {
    ValueReader in = new ValueReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("exception of version " + version + ", this reads " + VERSION);
    }
    try {
      List<Link> chain = new ArrayList<>();
      int links = in.count();
      for (int i = 0; i < links; i++) {
        chain.add(link(in));
      }
      in.end();
      return new Thrown(chain);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("exception: " + e.getMessage());
    }
  }

  private static Link link(ValueReader in) throws MalformedException {
    String type = text(in);
    List<String> ancestors = new ArrayList<>();
    int count = in.count();
    for (int i = 0; i < count; i++) {
      ancestors.add(text(in));
    }
    Optional<String> message = Optional.ofNullable(in.text());
    List<Frame> stack = new ArrayList<>();
    int frames = in.count();
    for (int i = 0; i < frames; i++) {
      stack.add(new Frame(text(in), text(in), text(in), in.varint()));
    }
    return new Link(type, ancestors, message, stack, in.varint());
  }

  private static String text(ValueReader in) throws MalformedException {
    String text = in.text();
    return text == null ? "" : text;
  }

  /** Cuts what is too long and mends what cannot be written. */
  private static String cut(String text) {
    String cut =
        text.length() <= TEXT_CHARACTERS_MAX
            ? text
            : text.substring(0, TEXT_CHARACTERS_MAX) + "...";
    return Bytes.utf8(cut).utf8();
  }

  private static void requireCount(String what, int count, int most) {
    if (count > most) {
      throw new IllegalArgumentException(count + " " + what + ", at most " + most + " may be");
    }
  }
}
