package org.volvox.worlds.raft;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;

/**
 * Numbers by key, as a part of the real root machine: what the world's clients write and read, in a
 * form that a history checker understands. Keys in the store: u8 0x7F, u32 key; values: u32.
 */
final class Registers implements Part {
  static final int RANGE = 0x7F;
  static final int PUT = 0;
  static final int ADD = 1;

  /** A question; the number tells it from the others in a history. */
  static final int GET = 2;

  /** What a command asks for, or a question (without argument). */
  record Ask(int kind, int key, int argument) {
    int type() {
      return RANGE << 8 | kind;
    }

    Bytes body() {
      return new ByteWriter(8).u32(key).u32(argument).toBytes();
    }

    static Ask decode(int type, Bytes body) throws MalformedException {
      ByteReader in = new ByteReader(body);
      Ask ask = new Ask(type & 0xFF, in.u32(), in.u32());
      in.end();
      return ask;
    }
  }

  @Override
  public int range() {
    return RANGE;
  }

  @Override
  public Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
    try {
      Ask ask = Ask.decode(command.type(), command.body());
      if (ask.kind() != PUT && ask.kind() != ADD) {
        return Result.refused(Status.UNSUPPORTED, "no such write: " + ask).encode();
      }
      int before = ask.kind() == PUT ? 0 : value(ask.key(), batch);
      int value = before + ask.argument();
      batch.put(storeKey(ask.key()), number(value));
      return Result.ok(number(ask.kind() == PUT ? 0 : value)).encode();
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  @Override
  public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
    try {
      return Result.ok(number(value(Ask.decode(type, request).key(), state))).encode();
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  @Override
  public void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
    // Registers belong to nobody.
  }

  static int value(int key, OrderedStore.Reader state) throws MalformedException {
    Optional<Bytes> stored = state.get(storeKey(key));
    return stored.isEmpty() ? 0 : new ByteReader(stored.get()).u32();
  }

  static boolean isRegister(Bytes storeKey) {
    return storeKey.length() == 5 && storeKey.at(0) == RANGE;
  }

  private static Bytes storeKey(int key) {
    return new ByteWriter(5).u8(RANGE).u32(key).toBytes();
  }

  private static Bytes number(int value) {
    return new ByteWriter(4).u32(value).toBytes();
  }
}
