package org.volvox.base.syscall;

import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.Term;

/** Calls about sessions, 0x01xx. Every command within a session also renews it. */
public sealed interface SessionCall extends Call {
  int RANGE = 0x01;

  /** Begins a session; sent with {@link SessionId#NONE}. Answer: {@link SessionGrant}. */
  record Register(long ttlMillis, String label) implements SessionCall {
    public static final int TYPE = 0x0101;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(ttlMillis).text(label).toBytes();
    }
  }

  /** Renews the command's session. */
  record KeepAlive() implements SessionCall {
    public static final int TYPE = 0x0102;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.EMPTY_BODY;
    }
  }

  /** Ends the command's session at once; no result is kept. */
  record Close() implements SessionCall {
    public static final int TYPE = 0x0103;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.EMPTY_BODY;
    }
  }

  /**
   * Ends a session that fell silent [node]. STALE if it was renewed since {@code renewal}, or if a
   * newer leader has taken over since {@code term}.
   */
  record Expire(SessionId session, long renewal, Term term) implements SessionCall {
    public static final int TYPE = 0x0104;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(session.value()).u64(renewal).u64(term.value()).toBytes();
    }
  }

  /**
   * A new leader's first call [node]: from now on, calls that name an older term are STALE. Wall
   * time of the state restarts from this command's stamp.
   */
  record Lead(Term term, NodeId leader) implements SessionCall {
    public static final int TYPE = 0x0105;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(term.value()).u16(leader.value()).toBytes();
    }
  }

  static SessionCall decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "session call",
        in ->
            switch (type) {
              case Register.TYPE -> new Register(in.u64(), in.text());
              case KeepAlive.TYPE -> new KeepAlive();
              case Close.TYPE -> new Close();
              case Expire.TYPE -> new Expire(Wire.session(in), in.u64(), Wire.term(in));
              case Lead.TYPE -> new Lead(Wire.term(in), Wire.node(in));
              default -> throw Wire.unknown("session call", type);
            });
  }
}
