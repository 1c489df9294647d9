package org.volvox.consensus.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * What is agreed on for one key.
 *
 * @param version how often it was changed since it came to be or was erased
 * @param value empty if there is none, or no more
 * @param isDecided the value is for ever
 * @param memory of which changes it is known that they were made
 */
public record Register(long version, Optional<Bytes> value, boolean isDecided, Memory memory) {
  public static final Register NEW =
      new Register(0, Optional.empty(), false, new Memory(List.of(), 0));

  /** More changes than are made in one round; enough for one that was overtaken a few times. */
  static final int RECENT_MAX = 32;

  private static final int REQUEST_BYTES = 16;

  /**
   * So that a change which is asked for again is made once.
   *
   * @param recent who changed the register last, oldest first
   * @param forgotten the latest time of the requests that changed it before those
   */
  public record Memory(List<RequestId> recent, long forgotten) {
    public Memory {
      recent = List.copyOf(recent);
    }

    private Memory with(RequestId request) {
      List<RequestId> all = new ArrayList<>(recent);
      long lost = forgotten;
      if (all.size() == RECENT_MAX) {
        lost = Math.max(lost, all.removeFirst().time());
      }
      all.add(request);
      return new Memory(all, lost);
    }
  }

  /** The register after a change. */
  Register with(Optional<Bytes> next, RequestId by) {
    return new Register(version + 1, next, isDecided, memory.with(by));
  }

  Register decided() {
    return new Register(version, value, true, memory);
  }

  Register forgetting(long until) {
    return new Register(
        version, value, isDecided, new Memory(memory.recent, Math.max(memory.forgotten, until)));
  }

  boolean isChangedBy(RequestId request) {
    return memory.recent.contains(request);
  }

  /** Whether nobody can tell if the request has changed it. */
  boolean mayHaveForgotten(RequestId request) {
    return request.time() <= memory.forgotten;
  }

  /** Whether it is as if nobody had ever changed it. */
  public boolean isErasable() {
    return value.isEmpty() && !isDecided;
  }

  /** The latest time of the requests that ever changed it. */
  long newest() {
    return memory.recent.stream().mapToLong(RequestId::time).reduce(memory.forgotten, Math::max);
  }

  /** u64 version, bool and bytes for the value, bool, u32 count and the requests, u64 forgotten. */
  void write(ByteWriter out) {
    out.u64(version).bool(value.isPresent()).bytes(value.orElse(Bytes.EMPTY)).bool(isDecided);
    out.u32(memory.recent.size());
    memory.recent.forEach(request -> request.write(out));
    out.u64(memory.forgotten);
  }

  static Register read(ByteReader in) throws MalformedException {
    long version = in.u64();
    boolean isThere = in.bool();
    Bytes value = in.bytes();
    boolean isDecided = in.bool();
    int count = in.count(REQUEST_BYTES);
    if (count > RECENT_MAX || (!isThere && value.length() > 0) || (!isThere && isDecided)) {
      throw new MalformedException("not a register before byte " + in.position());
    }
    List<RequestId> recent = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      recent.add(RequestId.read(in));
    }
    Optional<Bytes> there = isThere ? Optional.of(value) : Optional.empty();
    return new Register(version, there, isDecided, new Memory(recent, in.u64()));
  }
}
