package org.volvox.calls.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.KeyRange;

/**
 * What passes in DATA: one Request about an available space, one Answer, both by one node alone.
 */
public final class DataMessage {
  private static final int ATOM_BYTES_MIN = 13;
  private static final int ENTRY_BYTES_MIN = 24;
  private static final int SILENT_BYTES = 10;

  private DataMessage() {}

  /** What an atom is; kinds of one key do not meet. The codes are those of the replicas. */
  public enum Kind {
    REGISTER(1, "register"),
    FIELD(2, "map"),
    ELEMENT(3, "set"),
    FLAG(4, "flag"),
    COUNTER(5, "counter");

    private final int code;
    private final String word;

    Kind(int code, String word) {
      this.code = code;
      this.word = word;
    }

    public int code() {
      return code;
    }

    /** What people call that which a key holds. */
    public String word() {
      return word;
    }

    public static Kind ofCode(int code) throws MalformedException {
      for (Kind each : values()) {
        if (each.code == code) {
          return each;
        }
      }
      throw new MalformedException("unknown kind of data " + code);
    }
  }

  /**
   * Where an atom is.
   *
   * @param part the field of a map or the element of a set, else empty
   */
  public record Place(Bytes key, Kind kind, Bytes part) {
    void write(ByteWriter out) {
      out.bytes(key).u8(kind.code()).bytes(part);
    }

    static Place read(ByteReader in) throws MalformedException {
      return new Place(in.bytes(), Kind.ofCode(in.u8()), in.bytes());
    }
  }

  /** What is to be done. */
  public sealed interface Action {
    /** A register or field gets a value, in place of all that this node knows of. */
    record Put(Place place, Bytes value) implements Action {}

    /** An element is in its set, a flag is on. */
    record Mark(Place place) implements Action {}

    /** Takes away what this node knows of: a value, an element, or that a flag is on. */
    record Erase(Place place) implements Action {}

    /** A counter counts so much more, or less. */
    record Add(Place place, long amount) implements Action {}

    /** A counter counts from 0, as far as this node knows. */
    record Reset(Place place) implements Action {}

    /** What is there. */
    record Look(Place place) implements Action {}

    /** The fields of a map or the elements of a set, behind a part. */
    record Parts(Bytes key, Kind kind, Optional<Bytes> after, int limit) implements Action {}

    /** All atoms of a range of keys, behind a place. */
    record Range(KeyRange range, Optional<Place> after, int limit) implements Action {}
  }

  /**
   * u8 version, u64 space, the token, u8 kind of action and its fields.
   *
   * @param seen what the answer must have at least
   */
  public record Request(long space, DataToken seen, Action action) {
    public Bytes encode() {
      ByteWriter out = Versions.writer(96).u64(space);
      seen.write(out);
      switch (action) {
        case Action.Put(var place, var value) -> {
          place.write(out.u8(1));
          out.bytes(value);
        }
        case Action.Mark(var place) -> place.write(out.u8(2));
        case Action.Erase(var place) -> place.write(out.u8(3));
        case Action.Add(var place, var amount) -> {
          place.write(out.u8(4));
          out.u64(amount);
        }
        case Action.Reset(var place) -> place.write(out.u8(5));
        case Action.Look(var place) -> place.write(out.u8(6));
        case Action.Parts(var key, var kind, var after, var limit) -> {
          out.u8(7).bytes(key).u8(kind.code()).bool(after.isPresent());
          out.bytes(after.orElse(Bytes.EMPTY)).u32(limit);
        }
        case Action.Range(var range, var after, var limit) -> {
          range.write(out.u8(8));
          out.bool(after.isPresent());
          after.ifPresent(place -> place.write(out));
          out.u32(limit);
        }
      }
      return out.toBytes();
    }

    public static Request decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "request about data that merges");
      Request request = new Request(in.u64(), DataToken.read(in), readAction(in));
      in.end();
      return request;
    }
  }

  private static Action readAction(ByteReader in) throws MalformedException {
    int kind = in.u8();
    return switch (kind) {
      case 1 -> new Action.Put(Place.read(in), in.bytes());
      case 2 -> new Action.Mark(Place.read(in));
      case 3 -> new Action.Erase(Place.read(in));
      case 4 -> new Action.Add(Place.read(in), in.u64());
      case 5 -> new Action.Reset(Place.read(in));
      case 6 -> new Action.Look(Place.read(in));
      case 7 -> {
        Bytes key = in.bytes();
        Kind of = Kind.ofCode(in.u8());
        boolean isBehind = in.bool();
        Bytes part = in.bytes();
        yield new Action.Parts(key, of, isBehind ? Optional.of(part) : Optional.empty(), in.u32());
      }
      case 8 -> {
        KeyRange range = KeyRange.read(in);
        Optional<Place> after = in.bool() ? Optional.of(Place.read(in)) : Optional.empty();
        yield new Action.Range(range, after, in.u32());
      }
      default -> throw new MalformedException("request about data of kind " + kind);
    };
  }

  /**
   * What was written and neither replaced nor erased.
   *
   * @param millis wall time of the hybrid clock of its writer
   * @param counter of that clock
   * @param replica whose
   */
  public record Entry(long millis, int counter, long replica, Bytes value) {}

  /**
   * An atom as the node has it.
   *
   * @param entries in the order of their times, the last writer's last; of a set's element and of a
   *     flag, without values; of a counter none
   * @param count of a counter, else 0
   */
  public record Atom(Place place, List<Entry> entries, long count) {
    public Atom {
      entries = List.copyOf(entries);
    }

    void write(ByteWriter out) {
      place.write(out);
      out.u32(entries.size());
      entries.forEach(
          each -> out.u64(each.millis).u32(each.counter).u64(each.replica).bytes(each.value));
      out.u64(count);
    }

    static Atom read(ByteReader in) throws MalformedException {
      Place place = Place.read(in);
      List<Entry> entries = new ArrayList<>();
      for (int left = in.count(ENTRY_BYTES_MIN); left > 0; left--) {
        entries.add(new Entry(in.u64(), in.u32(), in.u64(), in.bytes()));
      }
      return new Atom(place, entries, in.u64());
    }
  }

  /** A replica that this node has heard nothing from, for so long. */
  public record Silent(NodeId node, long millis) {}

  /** What became of a request. */
  public enum Verdict {
    DONE(0),
    /** This node does not have yet what the request has seen; nothing was done. */
    BEHIND(1),
    /** It cannot be, here or elsewhere; nothing was done. */
    REFUSED(2),
    /** This node knows no such space, perhaps not yet; nothing was done. */
    UNKNOWN_SPACE(3);

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

  /**
   * u8 version, u8 verdict, text why not, the token, the atoms, bool, the silent: u16 node and u64
   * milliseconds each.
   *
   * @param seen what this answer shows, and what whoever got it has seen from then on
   * @param atoms what was asked for; of a change, the atom behind it
   * @param isMore whether more follow behind the last
   * @param silent the other nodes whose changes may be missing here
   */
  public record Answer(
      Verdict verdict,
      String why,
      DataToken seen,
      List<Atom> atoms,
      boolean isMore,
      List<Silent> silent) {
    public Answer {
      atoms = List.copyOf(atoms);
      silent = List.copyOf(silent);
    }

    public Bytes encode() {
      ByteWriter out = Versions.writer(128).u8(verdict.code).text(why);
      seen.write(out);
      out.u32(atoms.size());
      atoms.forEach(each -> each.write(out));
      out.bool(isMore).u32(silent.size());
      silent.forEach(each -> out.u16(each.node.value()).u64(each.millis));
      return out.toBytes();
    }

    public static Answer decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "answer about data that merges");
      Verdict verdict = Verdict.ofCode(in.u8());
      String why = in.text();
      DataToken seen = DataToken.read(in);
      List<Atom> atoms = new ArrayList<>();
      for (int left = in.count(ATOM_BYTES_MIN); left > 0; left--) {
        atoms.add(Atom.read(in));
      }
      boolean isMore = in.bool();
      List<Silent> silent = new ArrayList<>();
      try {
        for (int left = in.count(SILENT_BYTES); left > 0; left--) {
          silent.add(new Silent(new NodeId(in.u16()), in.u64()));
        }
      } catch (IllegalArgumentException e) {
        throw new MalformedException("answer about data that merges: " + e.getMessage());
      }
      in.end();
      return new Answer(verdict, why, seen, atoms, isMore, silent);
    }
  }
}
