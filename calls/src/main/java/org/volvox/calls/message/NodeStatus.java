package org.volvox.calls.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/**
 * A node as the answering node sees it: itself from its own core, others by their answers or, when
 * they do not answer, as down with what was last known.
 *
 * <p>STATUS asks with one byte after the version: 1 for the whole cluster (one record per node, by
 * id), 0 for the answering node alone; the answer is {@link #encodeAll}. PEER_STATUS is the same
 * with 0.
 *
 * <pre>
 * u16 node          text address      u8 role           bool up           u64 term
 * u16 leader (0: none known)          u64 last index    u64 last term     u64 commit    u64 applied
 * u64 blocks held   u64 blocks missing                  u64 incarnation   u64 pid of the JVM
 * u64 down since (wall, ms; 0: up)    text link rules as a person reads them
 * u64 log begins behind (index)       u64 bytes of the log's files
 * text how a fetch of a snapshot goes, as a person reads it (empty: none is under way)
 * the disk, as {@link DiskState}
 * u64 bytes of blocks missing         u64 bytes a second that it fetches of them now
 * u32 count, then the heat of placement group 0, 1, ... as u32: how much it was read through here
 * </pre>
 *
 * <p>The two rows about the log came with version 2, the disk with version 3, the last two with
 * version 4.
 */
public record NodeStatus(
    NodeId node,
    String address,
    Role role,
    boolean isUp,
    Term term,
    Optional<NodeId> leader,
    LogIndex lastIndex,
    Term lastTerm,
    LogIndex commitIndex,
    LogIndex appliedIndex,
    long blocksHeld,
    long blocksMissing,
    long incarnation,
    long processId,
    long downSinceMillis,
    String linkRules,
    LogState log,
    DiskState disk,
    Healing healing) {
  /** Where a node's log begins, what it takes on the disk, and what it waits for. */
  public record LogState(LogIndex base, long bytes, String snapshot) {
    public static final LogState UNKNOWN = new LogState(LogIndex.ZERO, 0, "");
  }

  /** What a node fetches of what it lacks, and what was read of late through it. */
  public record Healing(long missingBytes, long bytesPerSecond, List<Integer> heat) {
    public static final Healing UNKNOWN = new Healing(0, 0, List.of());

    public Healing {
      heat = List.copyOf(heat);
    }
  }

  /** A candidate is a follower to its users. UNKNOWN: not heard from since the answerer started. */
  public enum Role {
    UNKNOWN(0),
    FOLLOWER(1),
    LEADER(2),
    WORKER(3);

    private final int code;

    Role(int code) {
      this.code = code;
    }

    static Role ofCode(int code) throws MalformedException {
      for (Role role : values()) {
        if (role.code == code) {
          return role;
        }
      }
      throw new MalformedException("unknown role " + code);
    }
  }

  private static final int VERSION = 4;
  private static final int BYTES_MIN = 100;

  /** The request's body. */
  public static Bytes request(boolean wholeCluster) {
    return Versions.writer(2).bool(wholeCluster).toBytes();
  }

  /** Whether a request asks for the whole cluster. */
  public static boolean isForCluster(Bytes request) throws MalformedException {
    ByteReader in = Versions.reader(request, "status request");
    boolean wholeCluster = in.bool();
    in.end();
    return wholeCluster;
  }

  public static Bytes encodeAll(List<NodeStatus> nodes) {
    ByteWriter out = new ByteWriter(64 + nodes.size() * 540).u8(VERSION).u32(nodes.size());
    nodes.forEach(node -> node.write(out));
    return out.toBytes();
  }

  public static List<NodeStatus> decodeAll(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version < 1 || version > VERSION) {
      throw new MalformedException("status of version " + version + ", this reads " + VERSION);
    }
    int count = in.count(BYTES_MIN);
    List<NodeStatus> nodes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      nodes.add(read(in, version));
    }
    in.end();
    return nodes;
  }

  private void write(ByteWriter out) {
    out.u16(node.value()).text(address).u8(role.code).bool(isUp).u64(term.value());
    out.u16(leader.map(NodeId::value).orElse(0)).u64(lastIndex.value()).u64(lastTerm.value());
    out.u64(commitIndex.value()).u64(appliedIndex.value()).u64(blocksHeld).u64(blocksMissing);
    out.u64(incarnation).u64(processId).u64(downSinceMillis).text(linkRules);
    out.u64(log.base().value()).u64(log.bytes()).text(log.snapshot());
    disk.write(out);
    out.u64(healing.missingBytes).u64(healing.bytesPerSecond).u32(healing.heat.size());
    healing.heat.forEach(out::u32);
  }

  private static NodeStatus read(ByteReader in, int version) throws MalformedException {
    NodeId node = nodeId(in).orElseThrow(() -> new MalformedException("status of node 0"));
    String address = in.text();
    Role role = Role.ofCode(in.u8());
    return new NodeStatus(
        node,
        address,
        role,
        in.bool(),
        new Term(positive(in)),
        nodeId(in),
        new LogIndex(positive(in)),
        new Term(positive(in)),
        new LogIndex(positive(in)),
        new LogIndex(positive(in)),
        in.u64(),
        in.u64(),
        in.u64(),
        in.u64(),
        in.u64(),
        in.text(),
        version < 2
            ? LogState.UNKNOWN
            : new LogState(new LogIndex(positive(in)), positive(in), in.text()),
        version < 3 ? DiskState.UNKNOWN : DiskState.read(in),
        version < 4 ? Healing.UNKNOWN : readHealing(in));
  }

  private static Healing readHealing(ByteReader in) throws MalformedException {
    long missing = positive(in);
    long rate = positive(in);
    int count = in.count(4);
    List<Integer> heat = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      heat.add(in.u32());
    }
    return new Healing(missing, rate, heat);
  }

  static Optional<NodeId> nodeId(ByteReader in) throws MalformedException {
    int value = in.u16();
    return value == 0 ? Optional.empty() : Optional.of(new NodeId(value));
  }

  private static long positive(ByteReader in) throws MalformedException {
    long value = in.u64();
    if (value < 0) {
      throw new MalformedException("negative number in a status: " + value);
    }
    return value;
  }
}
