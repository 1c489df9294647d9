package org.volvox.calls.message;

import java.time.Duration;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * What a node knows by itself, which may be behind: u8 version, u16 node, u64 index, u64 age in
 * nanoseconds, the result's bytes.
 *
 * @param node whose state it is
 * @param index the state is that after this entry of the log
 * @param age since when the node has heard of no leader that a quorum follows
 */
public record StaleAnswer(NodeId node, LogIndex index, Duration age, Bytes result) {
  private static final int HEADER_BYTES = 1 + 2 + 8 + 8 + 4;

  public Bytes encode() {
    return Versions.writer(HEADER_BYTES + result.length())
        .u16(node.value())
        .u64(index.value())
        .u64(age.toNanos())
        .bytes(result)
        .toBytes();
  }

  public static StaleAnswer decode(Bytes bytes) throws MalformedException {
    ByteReader in = Versions.reader(bytes, "stale answer");
    int node = in.u16();
    long index = in.u64();
    long ageNanos = in.u64();
    Bytes result = in.bytes();
    in.end();
    if (node == 0 || index < 0 || ageNanos < 0) {
      throw new MalformedException(
          "stale answer of node " + node + ", index " + index + ", age " + ageNanos);
    }
    return new StaleAnswer(
        new NodeId(node), new LogIndex(index), Duration.ofNanos(ageNanos), result);
  }
}
