package org.volvox.base.syscall;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.SessionId;
import org.volvox.base.Term;

/** The parts that all bodies are made of; used inside this package only. */
final class Wire {
  static final int VERSION = 1;

  private Wire() {}

  /** Reads one value; a value out of its range fails as {@link IllegalArgumentException}. */
  interface Item<T> {
    T read(ByteReader in) throws MalformedException;
  }

  static ByteWriter begin() {
    return new ByteWriter().u8(VERSION);
  }

  static final Bytes EMPTY_BODY = begin().toBytes();

  /** Checks the version, reads the value and checks that nothing is left. */
  static <T> T decode(Bytes bytes, String what, Item<T> body) throws MalformedException {
    return decode(VERSION, bytes, what, body);
  }

  /** As the other, for what has a version of its own. */
  static <T> T decode(int wanted, Bytes bytes, String what, Item<T> body)
      throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != wanted) {
      throw new MalformedException(what + " of version " + version + ", this reads " + wanted);
    }
    T value;
    try {
      value = body.read(in);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(what + ": " + e.getMessage());
    }
    in.end();
    return value;
  }

  static MalformedException unknown(String what, int type) {
    return new MalformedException("unknown type of " + what + ": 0x" + Integer.toHexString(type));
  }

  static NodeId node(ByteReader in) throws MalformedException {
    return new NodeId(in.u16());
  }

  static Pid pid(ByteReader in) throws MalformedException {
    return new Pid(in.u64());
  }

  static SessionId session(ByteReader in) throws MalformedException {
    return new SessionId(in.u64());
  }

  static ServiceName serviceName(ByteReader in) throws MalformedException {
    return new ServiceName(in.text());
  }

  static Term term(ByteReader in) throws MalformedException {
    return new Term(in.u64());
  }

  static <T> void optional(
      ByteWriter out, Optional<T> value, BiConsumer<ByteWriter, ? super T> write) {
    out.bool(value.isPresent());
    value.ifPresent(present -> write.accept(out, present));
  }

  static <T> Optional<T> optional(ByteReader in, Item<T> item) throws MalformedException {
    return in.bool() ? Optional.of(item.read(in)) : Optional.empty();
  }

  static <T> void list(ByteWriter out, List<T> items, BiConsumer<ByteWriter, ? super T> write) {
    out.u32(items.size());
    for (T item : items) {
      write.accept(out, item);
    }
  }

  static <T> List<T> list(ByteReader in, int itemBytesMin, Item<T> item) throws MalformedException {
    int count = in.count(itemBytesMin);
    List<T> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(item.read(in));
    }
    return List.copyOf(items);
  }

  static void nodes(ByteWriter out, List<NodeId> nodes) {
    list(out, nodes, (to, node) -> to.u16(node.value()));
  }

  static List<NodeId> nodes(ByteReader in) throws MalformedException {
    return list(in, 2, Wire::node);
  }

  static void texts(ByteWriter out, List<String> texts) {
    list(out, texts, ByteWriter::text);
  }

  static List<String> texts(ByteReader in) throws MalformedException {
    return list(in, 4, ByteReader::text);
  }
}
