package org.volvox.base.syscall;

import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;

/** Questions about processes, 0x028x. */
public sealed interface ProcessAsk extends Ask {

  /** Rows with a pid above {@code after} (0: all), by pid. Answer: {@link ProcessPage}. */
  record All(long after, int limit) implements ProcessAsk {
    public static final int TYPE = 0x0281;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(after).u32(limit).toBytes();
    }
  }

  /** One row. Answer: {@link ProcessRow}, or NOT_FOUND. */
  record One(Pid pid) implements ProcessAsk {
    public static final int TYPE = 0x0282;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(pid.value()).toBytes();
    }
  }

  /**
   * Living rows that are placed on a node, by pid; for its supervisor. Answer: {@link ProcessPage}.
   */
  record OnNode(NodeId node, long after, int limit) implements ProcessAsk {
    public static final int TYPE = 0x0283;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u16(node.value()).u64(after).u32(limit).toBytes();
    }
  }

  /** Rows that wait for a node, by pid; for the scheduler. Answer: {@link ProcessPage}. */
  record Pending(long after, int limit) implements ProcessAsk {
    public static final int TYPE = 0x0284;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(after).u32(limit).toBytes();
    }
  }

  static ProcessAsk decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "process question",
        in ->
            switch (type) {
              case All.TYPE -> new All(in.u64(), in.u32());
              case One.TYPE -> new One(Wire.pid(in));
              case OnNode.TYPE -> new OnNode(Wire.node(in), in.u64(), in.u32());
              case Pending.TYPE -> new Pending(in.u64(), in.u32());
              default -> throw Wire.unknown("process question", type);
            });
  }
}
