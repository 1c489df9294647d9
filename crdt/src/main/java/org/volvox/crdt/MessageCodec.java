package org.volvox.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Messages between replicas as bytes: u8 {@link #MARK}, u8 version, u8 kind, u64 sender, then the
 * parts in the order of their record. Lists have a u32 count before them, keys and atoms a u32
 * length. The mark tells them from others on the same connection, whose first byte is a version or
 * a mark of their own.
 */
public final class MessageCodec {
  /** No version of another message will be that, and no other mark is. */
  public static final int MARK = 0x44;

  private static final int VERSION = 1;
  private static final int ASK = 1;
  private static final int OPERATIONS = 2;
  private static final int BEHIND = 3;
  private static final int SCAN = 4;
  private static final int RANGE = 5;

  /** The least that an operation takes. */
  private static final int OPERATION_BYTES = 48;

  /** The least that an atom and its key take. */
  private static final int PIECE_BYTES = 19;

  private MessageCodec() {}

  /** Whether a message of a connection between nodes is one of these. */
  public static boolean isReplicas(Bytes bytes) {
    return !bytes.isEmpty() && bytes.at(0) == MARK;
  }

  public static Bytes encode(Message message) {
    ByteWriter out = new ByteWriter();
    out.u8(MARK).u8(VERSION).u8(kind(message)).u64(message.sender().value());
    switch (message) {
      case Message.Ask ask -> {
        ask.base().write(out);
        out.bool(ask.wantsQuestion());
      }
      case Message.Operations told -> {
        told.base().write(out);
        told.needs().write(out);
        out.u32(told.operations().size());
        told.operations().forEach(each -> each.write(out));
        out.bool(told.isMore());
      }
      case Message.Behind behind -> behind.base().write(out);
      case Message.Scan scan -> {
        scan.base().write(out);
        out.u64(scan.scan()).bytes(scan.from());
      }
      case Message.Range range -> write(out, range);
    }
    return out.toBytes();
  }

  private static int kind(Message message) {
    return switch (message) {
      case Message.Ask _ -> ASK;
      case Message.Operations _ -> OPERATIONS;
      case Message.Behind _ -> BEHIND;
      case Message.Scan _ -> SCAN;
      case Message.Range _ -> RANGE;
    };
  }

  private static void write(ByteWriter out, Message.Range range) {
    out.u64(range.scan());
    range.moment().base().write(out);
    Operation.write(out, range.moment().clock());
    Message.Part part = range.part();
    out.bytes(part.from()).bool(part.to().isPresent());
    part.to().ifPresent(out::bytes);
    out.u32(part.pieces().size());
    part.pieces()
        .forEach(piece -> {
          out.bytes(piece.key().encode());
          piece.atom().write(out);
        });
  }

  /**
   * The message.
   *
   * @throws MalformedException if a replica would not have written that
   */
  public static Message decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int mark = in.u8();
    if (mark != MARK) {
      throw new MalformedException("a message between replicas that is marked " + mark);
    }
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("version " + version + " of a message between replicas");
    }
    int kind = in.u8();
    ReplicaId sender = new ReplicaId(in.u64());
    Message message =
        switch (kind) {
          case ASK -> new Message.Ask(sender, Versions.read(in), in.bool());
          case OPERATIONS -> readOperations(sender, in);
          case BEHIND -> new Message.Behind(sender, Versions.read(in));
          case SCAN -> new Message.Scan(sender, Versions.read(in), in.u64(), in.bytes());
          case RANGE -> readRange(sender, in);
          default ->
              throw new MalformedException("kind " + kind + " of a message between replicas");
        };
    in.end();
    return message;
  }

  private static Message readOperations(ReplicaId sender, ByteReader in) throws MalformedException {
    Versions base = Versions.read(in);
    Versions needs = Versions.read(in);
    int count = in.count(OPERATION_BYTES);
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      operations.add(Operation.read(in));
    }
    return new Message.Operations(sender, base, needs, operations, in.bool());
  }

  private static Message readRange(ReplicaId sender, ByteReader in) throws MalformedException {
    long scan = in.u64();
    Message.Moment moment = new Message.Moment(Versions.read(in), Operation.readTime(in));
    Bytes from = in.bytes();
    Optional<Bytes> to = in.bool() ? Optional.of(in.bytes()) : Optional.empty();
    int count = in.count(PIECE_BYTES);
    List<Message.Piece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      AtomKey key = AtomKey.decode(in.bytes());
      Atom atom = Atom.read(in);
      if (key.kind() == Kind.COUNTER) {
        for (Entry entry : atom.live().values()) {
          Tally _ = Tally.decode(entry.content());
        }
      }
      pieces.add(new Message.Piece(key, atom));
    }
    return new Message.Range(sender, scan, moment, new Message.Part(from, to, pieces));
  }
}
