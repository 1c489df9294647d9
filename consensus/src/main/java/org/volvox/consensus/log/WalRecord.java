package org.volvox.consensus.log;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;

/** What a log consists of; the format is on the package's front page. */
public sealed interface WalRecord {
  int group();

  /** Puts an entry at its index; drops that index and all behind it first. */
  record Append(int group, Entry entry) implements WalRecord {}

  /** Replaces the group's hard state. */
  record State(int group, HardState state) implements WalRecord {}

  /** Entries up to (index, term) are in a durable snapshot and may go. */
  record Purge(int group, LogIndex index, Term term) implements WalRecord {}

  /** The log is empty behind a snapshot of (index, term), whatever it had. */
  record Restart(int group, LogIndex index, Term term) implements WalRecord {}

  /** All that older segments have said of the group; the log writes it by itself. */
  record Checkpoint(
      int group,
      HardState state,
      LogIndex baseIndex,
      Term baseTerm,
      LogIndex lastIndex,
      Term lastTerm)
      implements WalRecord {}

  /** Bytes of a record without its payload, at most. */
  int OVERHEAD_BYTES_MAX = 48;

  /** How many bytes it takes in the log, or a few more. */
  default int weightBytes() {
    return this instanceof Append(_, var entry)
        ? OVERHEAD_BYTES_MAX + entry.payload().length()
        : OVERHEAD_BYTES_MAX;
  }

  /** Appends the record's bytes. */
  default void encode(ByteWriter out) {
    switch (this) {
      case Append(var group, var entry) ->
          out.u8(1)
              .u32(group)
              .u64(entry.term().value())
              .u64(entry.index().value())
              .u8(code(entry.kind()))
              .bytes(entry.payload());
      case State(var group, var state) -> encode(out.u8(2).u32(group), state);
      case Purge(var group, var index, var term) ->
          out.u8(3).u32(group).u64(index.value()).u64(term.value());
      case Restart(var group, var index, var term) ->
          out.u8(5).u32(group).u64(index.value()).u64(term.value());
      case Checkpoint(var group, var state, var base, var baseTerm, var last, var lastTerm) ->
          encode(out.u8(4).u32(group), state)
              .u64(base.value())
              .u64(baseTerm.value())
              .u64(last.value())
              .u64(lastTerm.value());
    }
  }

  /** Reads one record; entries get a copy of their payload and pin nothing. */
  static WalRecord decode(ByteReader in) throws MalformedException {
    int type = in.u8();
    int group = in.u32();
    return switch (type) {
      case 1 -> {
        Term term = term(in);
        LogIndex index = index(in);
        Entry.Kind kind = kind(in.u8());
        yield new Append(group, new Entry(term, index, kind, Bytes.wrap(in.bytes().toArray())));
      }
      case 2 -> new State(group, state(in));
      case 3 -> new Purge(group, index(in), term(in));
      case 4 -> new Checkpoint(group, state(in), index(in), term(in), index(in), term(in));
      case 5 -> new Restart(group, index(in), term(in));
      default -> throw new MalformedException("log record of unknown type " + type);
    };
  }

  private static ByteWriter encode(ByteWriter out, HardState state) {
    return out.u64(state.term().value()).u16(state.votedFor().map(NodeId::value).orElse(0));
  }

  private static HardState state(ByteReader in) throws MalformedException {
    Term term = term(in);
    int votedFor = in.u16();
    return new HardState(
        term, votedFor == 0 ? Optional.empty() : Optional.of(new NodeId(votedFor)));
  }

  private static int code(Entry.Kind kind) {
    return switch (kind) {
      case NOOP -> 1;
      case COMMAND -> 2;
      case MEMBERS -> 3;
    };
  }

  private static Entry.Kind kind(int code) throws MalformedException {
    return switch (code) {
      case 1 -> Entry.Kind.NOOP;
      case 2 -> Entry.Kind.COMMAND;
      case 3 -> Entry.Kind.MEMBERS;
      default -> throw new MalformedException("log entry of unknown kind " + code);
    };
  }

  private static Term term(ByteReader in) throws MalformedException {
    return new Term(notNegative(in.u64()));
  }

  private static LogIndex index(ByteReader in) throws MalformedException {
    return new LogIndex(notNegative(in.u64()));
  }

  private static long notNegative(long value) throws MalformedException {
    if (value < 0) {
      throw new MalformedException("negative term or index in a log record: " + value);
    }
    return value;
  }
}
