package org.volvox.node.folder;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * The file {@code meta}: which node of which cluster a folder is, and how often it has started. The
 * version stands first, so that any later Volvox can tell an older one that it must not touch this.
 *
 * <pre>
 * "VOLVOX" (6 bytes)   u16 format   u64 cluster id   u16 node id   u64 incarnation   u32 CRC-32C
 * </pre>
 */
public record NodeMeta(int format, ClusterId clusterId, NodeId node, long incarnation) {
  private static final Bytes MAGIC = Bytes.utf8("VOLVOX");

  NodeMeta nextIncarnation() {
    return new NodeMeta(format, clusterId, node, incarnation + 1);
  }

  Bytes encode() {
    ByteWriter out = new ByteWriter();
    out.raw(MAGIC).u16(format).u64(clusterId.value()).u16(node.value()).u64(incarnation);
    return out.u32(out.toBytes().crc32c()).toBytes();
  }

  /** Only the format of a newer version is read; the rest is then zero. */
  static NodeMeta decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    if (!in.raw(MAGIC.length()).equals(MAGIC)) {
      throw new MalformedException("it does not begin with " + MAGIC.utf8());
    }
    int format = in.u16();
    if (format > ConfigJson.FORMAT) {
      return new NodeMeta(format, new ClusterId(1), new NodeId(1), 0);
    }
    long clusterId = in.u64();
    int node = in.u16();
    long incarnation = in.u64();
    int covered = in.position();
    int checksum = in.u32();
    in.end();
    if (checksum != bytes.slice(0, covered).crc32c() || node == 0 || clusterId == 0) {
      throw new MalformedException("its checksum does not match");
    }
    return new NodeMeta(format, new ClusterId(clusterId), new NodeId(node), incarnation);
  }
}
