package org.volvox.crdt;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/**
 * The smallest thing that is changed and merged: what was written to it and neither replaced nor
 * removed. More than one entry is there if writers did not know of each other.
 */
public record Atom(Map<Dot, Entry> live) {
  public static final Atom NONE = new Atom(new TreeMap<>());

  private static final int ITEM_BYTES = 32;

  public Atom {
    live = Collections.unmodifiableMap(new TreeMap<>(live));
  }

  /** With an operation that was not applied before, and all applied before it that it knew of. */
  Atom apply(Operation operation) {
    TreeMap<Dot, Entry> after = new TreeMap<>(live);
    operation.replaced().forEach(after::remove);
    operation
        .content()
        .ifPresent(content -> after.put(operation.dot(), new Entry(operation.at(), content)));
    return new Atom(after);
  }

  /**
   * Both in one, where each has applied these operations: commutative, associative and idempotent.
   * What the one has applied and does not have was replaced or removed there.
   */
  Atom join(Versions applied, Atom other, Versions otherApplied) {
    TreeMap<Dot, Entry> joined = new TreeMap<>();
    live.forEach((dot, entry) -> {
      if (other.live.containsKey(dot) || !otherApplied.covers(dot)) {
        joined.put(dot, entry);
      }
    });
    other.live.forEach((dot, entry) -> {
      if (!applied.covers(dot)) {
        joined.put(dot, entry);
      }
    });
    return new Atom(joined);
  }

  boolean isNone() {
    return live.isEmpty();
  }

  /** u32 count; u64 replica, u64 count, u64 wall time, u32 counter and the content of each. */
  void write(ByteWriter out) {
    out.u32(live.size());
    live.forEach((dot, entry) -> {
      Operation.write(out, dot);
      Operation.write(out, entry.at());
      out.bytes(entry.content());
    });
  }

  static Atom read(ByteReader in) throws MalformedException {
    int size = in.count(ITEM_BYTES);
    TreeMap<Dot, Entry> live = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      live.put(Operation.readDot(in), new Entry(Operation.readTime(in), in.bytes()));
    }
    return new Atom(live);
  }
}
