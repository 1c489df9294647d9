package org.volvox.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.WallTime;
import org.volvox.base.clock.HybridTime;

/**
 * A change as replicas tell it each other.
 *
 * @param replaced the changes of the same atom that are gone by it
 * @param at its time by the hybrid clock of its replica
 * @param content what it leaves live; empty if it only removes
 */
public record Operation(
    Dot dot, AtomKey key, List<Dot> replaced, HybridTime at, Optional<Bytes> content) {
  private static final int DOT_BYTES = 16;

  public Operation {
    replaced = List.copyOf(replaced);
  }

  /** About how many bytes it takes on its way. */
  int size() {
    return 64
        + key.key().length()
        + key.part().length()
        + DOT_BYTES * replaced.size()
        + content.map(Bytes::length).orElse(0);
  }

  /**
   * u64 replica, u64 count; the key; u32 count and the dots that are replaced; u64 wall time, u32
   * counter; whether there is a content, and it.
   */
  void write(ByteWriter out) {
    write(out, dot);
    out.bytes(key.encode()).u32(replaced.size());
    replaced.forEach(each -> write(out, each));
    write(out, at);
    out.bool(content.isPresent());
    content.ifPresent(out::bytes);
  }

  static Operation read(ByteReader in) throws MalformedException {
    Dot dot = readDot(in);
    AtomKey key = AtomKey.decode(in.bytes());
    int size = in.count(DOT_BYTES);
    List<Dot> replaced = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      replaced.add(readDot(in));
    }
    HybridTime at = readTime(in);
    Optional<Bytes> content = in.bool() ? Optional.of(in.bytes()) : Optional.empty();
    if (key.kind() == Kind.COUNTER && content.isPresent()) {
      Tally.decode(content.get());
    }
    return new Operation(dot, key, replaced, at, content);
  }

  static void write(ByteWriter out, Dot dot) {
    out.u64(dot.replica().value()).u64(dot.count());
  }

  static Dot readDot(ByteReader in) throws MalformedException {
    ReplicaId replica = new ReplicaId(in.u64());
    long count = in.u64();
    if (count < 1) {
      throw new MalformedException("dot " + replica + ":" + count);
    }
    return new Dot(replica, count);
  }

  static void write(ByteWriter out, HybridTime time) {
    out.u64(time.wall().millis()).u32(time.counter());
  }

  static HybridTime readTime(ByteReader in) throws MalformedException {
    WallTime wall = new WallTime(in.u64());
    int counter = in.u32();
    if (counter < 0) {
      throw new MalformedException("hybrid time with counter " + counter);
    }
    return new HybridTime(wall, counter);
  }
}
