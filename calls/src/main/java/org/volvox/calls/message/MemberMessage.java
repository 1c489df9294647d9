package org.volvox.calls.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * What passes in MEMBER and PEER_MEMBER: one Request about who belongs to the cluster, one Answer.
 * Each request says what shall be, so that repeating it is harmless; what takes long goes on by
 * itself, and Show tells how far it is.
 */
public final class MemberMessage {
  private MemberMessage() {}

  /**
   * u8 version, u8 kind, then the fields in order; an id is u16 (0: none), a flag bool, an address
   * text.
   */
  public sealed interface Request {
    /** Who belongs to the cluster. */
    record Show() implements Request {}

    /**
     * A new node, which must answer at {@code address} already: a learner, or one that becomes a
     * voter once it has caught up, maybe in the place of {@code replaces}. With {@code isForced}
     * whom it replaces goes as soon as the new one can vote, whatever blocks are at risk.
     */
    record Add(
        NodeId id, String address, boolean votes, Optional<NodeId> replaces, boolean isForced)
        implements Request {}

    /** A learner becomes a voter once it has caught up. */
    record Promote(NodeId id) implements Request {}

    /**
     * A node goes once nothing depends on it; with {@code isForced} at once. With {@code stays} one
     * that was to go is to stay after all.
     */
    record Remove(NodeId id, boolean stays, boolean isForced) implements Request {}

    /** The leader hands over, to the best of the others if none is named. */
    record Transfer(Optional<NodeId> to) implements Request {}

    /** Who should lead: the nodes of the highest priority. */
    record Priority(NodeId id, int priority) implements Request {}

    /** From node to node: the one that asks listens there, whoever the other thinks there is. */
    record Here(NodeId id, String address) implements Request {}

    /** A node is to hold no blocks and to lead nobody, so that it can be stopped; or no more. */
    record Drain(NodeId id, boolean drains) implements Request {}

    /**
     * After how long a silence a node's blocks are held by others, and how many bytes a second each
     * node fetches of what it lacks; 0 leaves what is set.
     */
    record Heal(long afterMillis, long bytesPerSecond) implements Request {}

    default Bytes encode() {
      ByteWriter out = Versions.writer(32);
      switch (this) {
        case Show() -> out.u8(0);
        case Add(var id, var address, var votes, var replaces, var isForced) ->
            out.u8(1)
                .u16(id.value())
                .text(address)
                .bool(votes)
                .u16(number(replaces))
                .bool(isForced);
        case Promote(var id) -> out.u8(2).u16(id.value());
        case Remove(var id, var stays, var isForced) ->
            out.u8(3).u16(id.value()).bool(stays).bool(isForced);
        case Transfer(var to) -> out.u8(4).u16(number(to));
        case Priority(var id, var priority) -> out.u8(5).u16(id.value()).u16(priority);
        case Here(var id, var address) -> out.u8(6).u16(id.value()).text(address);
        case Drain(var id, var drains) -> out.u8(7).u16(id.value()).bool(drains);
        case Heal(var afterMillis, var bytesPerSecond) ->
            out.u8(8).u64(afterMillis).u64(bytesPerSecond);
      }
      return out.toBytes();
    }

    static Request decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "request about members");
      int kind = in.u8();
      Request request =
          switch (kind) {
            case 0 -> new Show();
            case 1 -> new Add(idOf(in), in.text(), in.bool(), NodeStatus.nodeId(in), in.bool());
            case 2 -> new Promote(idOf(in));
            case 3 -> new Remove(idOf(in), in.bool(), in.bool());
            case 4 -> new Transfer(NodeStatus.nodeId(in));
            case 5 -> new Priority(idOf(in), in.u16());
            case 6 -> new Here(idOf(in), in.text());
            case 7 -> new Drain(idOf(in), in.bool());
            case 8 -> new Heal(in.u64(), in.u64());
            default -> throw new MalformedException("request about members of kind " + kind);
          };
      in.end();
      return request;
    }
  }

  /** What became of a request, and why not if it was not done. */
  public enum Verdict {
    /** It is so, or is on its way to be so without any further asking. */
    DONE(0),
    /** It cannot be, or not now; nothing was changed. */
    REFUSED(1),
    /** The id is another's by now: ask again with the next. */
    ID_TAKEN(2);

    private final int code;

    Verdict(int code) {
      this.code = code;
    }

    private static Verdict ofCode(int code) throws MalformedException {
      for (Verdict verdict : values()) {
        if (verdict.code == code) {
          return verdict;
        }
      }
      throw new MalformedException("unknown verdict " + code);
    }
  }

  /** What a node has a say in. */
  public enum Kind {
    VOTER(1),
    LEARNER(2),
    /** A learner that becomes a voter once it has caught up. */
    JOINING(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    private static Kind ofCode(int code) throws MalformedException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new MalformedException("unknown kind of member " + code);
    }
  }

  /**
   * One node: u16 id, text address, u8 kind, u16 priority, u16 whom it replaces, bool leaving, bool
   * whether it has all blocks that are assigned to it now.
   */
  public record Row(
      NodeId id,
      String address,
      Kind kind,
      int priority,
      Optional<NodeId> replaces,
      boolean isLeaving,
      boolean isComplete) {
    private static final int BYTES_MIN = 13;

    private void write(ByteWriter out) {
      out.u16(id.value()).text(address).u8(kind.code).u16(priority);
      out.u16(number(replaces)).bool(isLeaving).bool(isComplete);
    }

    private static Row read(ByteReader in) throws MalformedException {
      return new Row(
          idOf(in),
          in.text(),
          Kind.ofCode(in.u8()),
          in.u16(),
          NodeStatus.nodeId(in),
          in.bool(),
          in.bool());
    }
  }

  /**
   * u8 version, u8 verdict, text for people, u16 the highest id that any node ever had, bool
   * whether a change is under way that may not come about, then the nodes by id.
   */
  public record Answer(
      Verdict verdict, String text, int lastId, boolean isChanging, List<Row> rows) {
    public Answer {
      rows = List.copyOf(rows);
    }

    public Optional<Row> row(NodeId id) {
      return rows.stream().filter(row -> row.id().equals(id)).findFirst();
    }

    public Bytes encode() {
      ByteWriter out = Versions.writer(64 + 32 * rows.size()).u8(verdict.code).text(text);
      out.u16(lastId).bool(isChanging).u32(rows.size());
      rows.forEach(row -> row.write(out));
      return out.toBytes();
    }

    public static Answer decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "answer about members");
      Verdict verdict = Verdict.ofCode(in.u8());
      String text = in.text();
      int lastId = in.u16();
      boolean isChanging = in.bool();
      int count = in.count(Row.BYTES_MIN);
      List<Row> rows = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        rows.add(Row.read(in));
      }
      in.end();
      return new Answer(verdict, text, lastId, isChanging, rows);
    }
  }

  private static int number(Optional<NodeId> id) {
    return id.map(NodeId::value).orElse(0);
  }

  private static NodeId idOf(ByteReader in) throws MalformedException {
    return NodeStatus.nodeId(in).orElseThrow(() -> new MalformedException("node 0"));
  }
}
