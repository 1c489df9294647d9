package org.volvox.consensus.repair;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.Term;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered.Place;

/**
 * What members say of a repair as bytes, version 1. Called by the shells that send and receive.
 *
 * <pre>
 * place   u64 index   u64 term
 *
 * u8 version (1)   u8 kind, then by kind:
 *  1 Ask             u64 first   place last   u64 end
 *  2 Found           place last   place committed   place before the first
 *                    u32 count   count of { u64 term   u8 kind   bytes payload }
 *  3 Purged          place last   place committed
 *  4 Absent          place last   place committed
 * </pre>
 *
 * An entry's index is its place behind the one before the first. Entry kinds: 0 no-op, 1 command, 2
 * members. Payloads read are copies.
 */
public final class RepairCodec {
  private static final int VERSION = 1;
  private static final int ASK = 1;
  private static final int FOUND = 2;
  private static final int PURGED = 3;
  private static final int ABSENT = 4;
  private static final int ENTRY_BYTES_MIN = 8 + 1 + 4;
  private static final int FIELDS_BYTES_MAX = 64;

  private RepairCodec() {}

  public static Bytes encode(RepairMessage message) {
    ByteWriter out = new ByteWriter(FIELDS_BYTES_MAX).u8(VERSION);
    switch (message) {
      case RepairMessage.Ask(var first, var last, var end) ->
          place(out.u8(ASK).u64(first.value()), last).u64(end.value());
      case RepairMessage.Answer(var last, var committed, var reply) -> {
        int kind =
            switch (reply) {
              case RepairMessage.Reply.Found _ -> FOUND;
              case RepairMessage.Reply.Purged _ -> PURGED;
              case RepairMessage.Reply.Absent _ -> ABSENT;
            };
        place(place(out.u8(kind), last), committed);
        if (reply instanceof RepairMessage.Reply.Found(var run)) {
          encode(out, run);
        }
      }
    }
    return out.toBytes();
  }

  private static void encode(ByteWriter out, Salvaged.Run run) {
    place(out, run.before()).u32(run.entries().size());
    for (Entry entry : run.entries()) {
      int kind =
          switch (entry.kind()) {
            case NOOP -> 0;
            case COMMAND -> 1;
            case MEMBERS -> 2;
          };
      out.u64(entry.term().value()).u8(kind).bytes(entry.payload());
    }
  }

  /** Reads an ask. */
  public static RepairMessage.Ask decodeAsk(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int kind = kind(in);
    if (kind != ASK) {
      throw new MalformedException("repair message of kind " + kind + ", no ask");
    }
    RepairMessage.Ask ask = new RepairMessage.Ask(index(in), place(in), index(in));
    in.end();
    if (ask.last().index().isAfter(ask.end()) || ask.last().index().value() == 0) {
      throw new MalformedException("ask for what cannot be in a log: " + ask);
    }
    return ask;
  }

  /** Reads an answer. */
  public static RepairMessage.Answer decodeAnswer(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int kind = kind(in);
    Place last = place(in);
    Place committed = place(in);
    RepairMessage.Reply reply =
        switch (kind) {
          case FOUND -> new RepairMessage.Reply.Found(run(in));
          case PURGED -> new RepairMessage.Reply.Purged();
          case ABSENT -> new RepairMessage.Reply.Absent();
          default -> throw new MalformedException("repair message of kind " + kind + ", no answer");
        };
    in.end();
    return new RepairMessage.Answer(last, committed, reply);
  }

  private static Salvaged.Run run(ByteReader in) throws MalformedException {
    Place before = place(in);
    int count = in.count(ENTRY_BYTES_MIN);
    if (count == 0) {
      throw new MalformedException("no entries were found");
    }
    List<Entry> entries = new ArrayList<>(count);
    LogIndex index = before.index();
    Term term = before.term();
    for (int i = 0; i < count; i++) {
      index = index.next();
      Term next = term(in);
      if (next.isBefore(term)) {
        throw new MalformedException("entry " + index + " of term " + next + " after " + term);
      }
      term = next;
      Entry.Kind kind = entryKind(in.u8());
      Entry entry = new Entry(term, index, kind, Bytes.wrap(in.bytes().toArray()));
      if (kind == Entry.Kind.MEMBERS) {
        var _ = Membership.decode(entry.payload()); // Nothing else may get into a log.
      }
      entries.add(entry);
    }
    return new Salvaged.Run(before, entries);
  }

  private static int kind(ByteReader in) throws MalformedException {
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException(
          "repair message of version " + version + ", this reads " + VERSION);
    }
    return in.u8();
  }

  private static Entry.Kind entryKind(int code) throws MalformedException {
    return switch (code) {
      case 0 -> Entry.Kind.NOOP;
      case 1 -> Entry.Kind.COMMAND;
      case 2 -> Entry.Kind.MEMBERS;
      default -> throw new MalformedException("entry of unknown kind " + code);
    };
  }

  private static ByteWriter place(ByteWriter out, Place place) {
    return out.u64(place.index().value()).u64(place.term().value());
  }

  private static Place place(ByteReader in) throws MalformedException {
    return new Place(index(in), term(in));
  }

  private static LogIndex index(ByteReader in) throws MalformedException {
    return new LogIndex(number(in));
  }

  private static Term term(ByteReader in) throws MalformedException {
    return new Term(number(in));
  }

  /** No honest counter gets to the bound, and one more than it still is a number. */
  private static long number(ByteReader in) throws MalformedException {
    long number = in.u64();
    if (number < 0 || number > 1L << 62) {
      throw new MalformedException("number out of range before byte " + in.position());
    }
    return number;
  }
}
