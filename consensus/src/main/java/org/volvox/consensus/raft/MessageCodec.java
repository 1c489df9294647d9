package org.volvox.consensus.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.Term;

/**
 * Messages as bytes between nodes, version 1. Called by the shells that send and receive.
 *
 * <pre>
 * u8 version (1)   u8 kind   u64 term   then by kind:
 *  1 PreVote, 3 Vote             u64 last index   u64 last term
 *  14 Vote of a transfer         as 3
 *  2 PreVoteReply, 4 VoteReply   bool granted
 *  5 Append          u64 previous index   u64 previous term   u64 commit   u64 round
 *                    u32 count   count of { u64 term   u8 kind   bytes payload }
 *  6 AppendAccepted  u64 match   u64 round
 *  7 AppendRefused   u64 refused   u64 hint index   u64 hint term   u64 round
 *  8 StaleTerm, 12 TimeoutNow, 13 NotMember
 *  9 SnapshotOffer   u64 base   u64 base term   u64 commit   u64 round
 * 10 ReadIndex       u64 request
 * 11 ReadIndexReply  u64 request   bool known   u64 index (0 if not known)
 * </pre>
 *
 * An entry's index is its place behind the previous index. Entry kinds: 0 no-op, 1 command, 2
 * members. Payloads read are slices of the bytes given.
 */
public final class MessageCodec {
  private static final int VERSION = 1;
  private static final int PRE_VOTE = 1;
  private static final int PRE_VOTE_REPLY = 2;
  private static final int VOTE = 3;
  private static final int VOTE_REPLY = 4;
  private static final int APPEND = 5;
  private static final int APPEND_ACCEPTED = 6;
  private static final int APPEND_REFUSED = 7;
  private static final int STALE_TERM = 8;
  private static final int SNAPSHOT_OFFER = 9;
  private static final int READ_INDEX = 10;
  private static final int READ_INDEX_REPLY = 11;
  private static final int TIMEOUT_NOW = 12;
  private static final int NOT_MEMBER = 13;
  private static final int TRANSFER_VOTE = 14;
  private static final int ENTRY_BYTES_MIN = 8 + 1 + 4;
  private static final int FIELDS_BYTES_MAX = 64;

  /** No honest counter gets here in any lifetime, and one more than it still is a number. */
  private static final long NUMBER_MAX = 1L << 62;

  private MessageCodec() {}

  public static Bytes encode(Message message) {
    ByteWriter out = new ByteWriter(capacity(message)).u8(VERSION);
    switch (message) {
      case Message.PreVote(var term, var lastIndex, var lastTerm) ->
          header(out, PRE_VOTE, term).u64(lastIndex.value()).u64(lastTerm.value());
      case Message.PreVoteReply(var term, var granted) ->
          header(out, PRE_VOTE_REPLY, term).bool(granted);
      case Message.Vote(var term, var lastIndex, var lastTerm, var transfer) ->
          header(out, transfer ? TRANSFER_VOTE : VOTE, term)
              .u64(lastIndex.value())
              .u64(lastTerm.value());
      case Message.VoteReply(var term, var granted) -> header(out, VOTE_REPLY, term).bool(granted);
      case Message.Append append -> encodeAppend(out, append);
      case Message.AppendAccepted(var term, var match, var round) ->
          header(out, APPEND_ACCEPTED, term).u64(match.value()).u64(round);
      case Message.AppendRefused(var term, var refused, var hintIndex, var hintTerm, var round) ->
          header(out, APPEND_REFUSED, term)
              .u64(refused.value())
              .u64(hintIndex.value())
              .u64(hintTerm.value())
              .u64(round);
      case Message.StaleTerm(var term) -> header(out, STALE_TERM, term);
      case Message.SnapshotOffer(var term, var base, var baseTerm, var commit, var round) ->
          header(out, SNAPSHOT_OFFER, term)
              .u64(base.value())
              .u64(baseTerm.value())
              .u64(commit.value())
              .u64(round);
      case Message.ReadIndex(var term, var request) -> header(out, READ_INDEX, term).u64(request);
      case Message.ReadIndexReply(var term, var request, var index) ->
          header(out, READ_INDEX_REPLY, term)
              .u64(request)
              .bool(index.isPresent())
              .u64(index.map(LogIndex::value).orElse(0L));
      case Message.TimeoutNow(var term) -> header(out, TIMEOUT_NOW, term);
      case Message.NotMember(var term) -> header(out, NOT_MEMBER, term);
    }
    return out.toBytes();
  }

  public static Message decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException(
          "Raft message of version " + version + ", this reads " + VERSION);
    }
    int kind = in.u8();
    Term term = term(in);
    Message message =
        switch (kind) {
          case PRE_VOTE -> new Message.PreVote(term, index(in), term(in));
          case PRE_VOTE_REPLY -> new Message.PreVoteReply(term, in.bool());
          case VOTE -> new Message.Vote(term, index(in), term(in), false);
          case TRANSFER_VOTE -> new Message.Vote(term, index(in), term(in), true);
          case VOTE_REPLY -> new Message.VoteReply(term, in.bool());
          case APPEND -> decodeAppend(in, term);
          case APPEND_ACCEPTED -> new Message.AppendAccepted(term, index(in), number(in));
          case APPEND_REFUSED ->
              new Message.AppendRefused(term, index(in), index(in), term(in), number(in));
          case STALE_TERM -> new Message.StaleTerm(term);
          case SNAPSHOT_OFFER ->
              new Message.SnapshotOffer(term, index(in), term(in), index(in), number(in));
          case READ_INDEX -> new Message.ReadIndex(term, number(in));
          case READ_INDEX_REPLY -> readIndexReply(in, term);
          case TIMEOUT_NOW -> new Message.TimeoutNow(term);
          case NOT_MEMBER -> new Message.NotMember(term);
          default -> throw new MalformedException("Raft message of unknown kind " + kind);
        };
    in.end();
    return message;
  }

  private static ByteWriter header(ByteWriter out, int kind, Term term) {
    return out.u8(kind).u64(term.value());
  }

  private static int capacity(Message message) {
    int capacity = FIELDS_BYTES_MAX;
    if (message instanceof Message.Append append) {
      for (Entry entry : append.entries()) {
        capacity += ENTRY_BYTES_MIN + entry.payload().length();
      }
    }
    return capacity;
  }

  private static void encodeAppend(ByteWriter out, Message.Append append) {
    header(out, APPEND, append.term())
        .u64(append.previousIndex().value())
        .u64(append.previousTerm().value())
        .u64(append.commit().value())
        .u64(append.round())
        .u32(append.entries().size());
    for (Entry entry : append.entries()) {
      int kind =
          switch (entry.kind()) {
            case NOOP -> 0;
            case COMMAND -> 1;
            case MEMBERS -> 2;
          };
      out.u64(entry.term().value()).u8(kind).bytes(entry.payload());
    }
  }

  private static Message decodeAppend(ByteReader in, Term term) throws MalformedException {
    LogIndex previousIndex = index(in);
    Term previousTerm = term(in);
    LogIndex commit = index(in);
    long round = number(in);
    int count = in.count(ENTRY_BYTES_MIN);
    List<Entry> entries = new ArrayList<>(count);
    LogIndex index = previousIndex;
    Term before = previousTerm;
    for (int i = 0; i < count; i++) {
      index = index.next();
      Term entryTerm = term(in);
      if (entryTerm.isBefore(before)) {
        throw new MalformedException(
            "entry " + index + " of term " + entryTerm + " after " + before);
      }
      before = entryTerm;
      Entry entry = new Entry(entryTerm, index, entryKind(in), in.bytes());
      if (entry.kind() == Entry.Kind.MEMBERS) {
        var _ = Membership.decode(entry.payload()); // Nothing else may get into a log.
      }
      entries.add(entry);
    }
    if (before.isAfter(term)) {
      throw new MalformedException("append of term " + term + " with an entry of " + before);
    }
    return new Message.Append(term, previousIndex, previousTerm, commit, round, entries);
  }

  private static Entry.Kind entryKind(ByteReader in) throws MalformedException {
    int code = in.u8();
    return switch (code) {
      case 0 -> Entry.Kind.NOOP;
      case 1 -> Entry.Kind.COMMAND;
      case 2 -> Entry.Kind.MEMBERS;
      default -> throw new MalformedException("entry of unknown kind " + code);
    };
  }

  private static Message readIndexReply(ByteReader in, Term term) throws MalformedException {
    long request = number(in);
    boolean known = in.bool();
    LogIndex index = index(in);
    if (!known && index.isAfter(LogIndex.ZERO)) {
      throw new MalformedException("an index that is not known: " + index);
    }
    return new Message.ReadIndexReply(term, request, known ? Optional.of(index) : Optional.empty());
  }

  private static Term term(ByteReader in) throws MalformedException {
    return new Term(number(in));
  }

  private static LogIndex index(ByteReader in) throws MalformedException {
    return new LogIndex(number(in));
  }

  private static long number(ByteReader in) throws MalformedException {
    long number = in.u64();
    if (number < 0 || number > NUMBER_MAX) {
      throw new MalformedException("number out of range before byte " + in.position());
    }
    return number;
  }
}
