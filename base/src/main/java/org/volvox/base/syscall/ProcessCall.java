package org.volvox.base.syscall;

import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;

/**
 * Calls about processes, 0x02xx. Those marked [node] come from a leader or from the node where the
 * process is, without a session; a repetition of one that took effect is OK again, and one that no
 * longer holds is STALE.
 */
public sealed interface ProcessCall extends Call {
  int RANGE = 0x02;

  /** Enters a process into the table. Answer: its row, {@link ProcessRow}. */
  record Spawn(ProcessSpec spec) implements ProcessCall {
    public static final int TYPE = 0x0201;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin();
      spec.write(out);
      return out.toBytes();
    }
  }

  /** The leader's scheduler chose a node [node]. */
  record Place(Pid pid, NodeId node, String reason) implements ProcessCall {
    public static final int TYPE = 0x0202;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(pid.value()).u16(node.value()).text(reason).toBytes();
    }
  }

  /** The node is about to spawn it, in this incarnation of the node; not OK forbids it [node]. */
  record Starting(Pid pid, NodeId node, long incarnation) implements ProcessCall {
    public static final int TYPE = 0x0203;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(pid.value()).u16(node.value()).u64(incarnation).toBytes();
    }
  }

  /** It runs [node]; {@code note} tells what the machine could not give it, and is else empty. */
  record Running(Pid pid, NodeId node, long incarnation, String note) implements ProcessCall {
    public static final int TYPE = 0x0204;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(pid.value()).u16(node.value()).u64(incarnation).text(note).toBytes();
    }
  }

  /** It ended [node]; {@code reason} says more than the exit does, such as a missing program. */
  record Exited(Pid pid, NodeId node, long incarnation, ProcessExit exit, String reason)
      implements ProcessCall {
    public static final int TYPE = 0x0205;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u64(pid.value()).u16(node.value()).u64(incarnation);
      exit.write(out);
      return out.text(reason).toBytes();
    }
  }

  /**
   * Sends a signal. Before the start any deadly one ends the process; after, it joins the row's
   * list of signals and the node delivers it. NOT_FOUND for no such process, STALE for one that has
   * ended.
   */
  record Kill(Pid pid, int signal) implements ProcessCall {
    public static final int TYPE = 0x0206;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(pid.value()).u8(signal).toBytes();
    }
  }

  /**
   * A node is gone, or is back in a later incarnation [node]: what it had started in {@code
   * incarnation} or before is lost, what was only placed there waits for a node again.
   */
  record NodeLost(NodeId node, long incarnation, String reason) implements ProcessCall {
    public static final int TYPE = 0x0207;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u16(node.value()).u64(incarnation).text(reason).toBytes();
    }
  }

  /** One process is lost though its node lives, as when the warden died [node]. */
  record Lost(Pid pid, NodeId node, long incarnation, String reason) implements ProcessCall {
    public static final int TYPE = 0x0208;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin()
          .u64(pid.value())
          .u16(node.value())
          .u64(incarnation)
          .text(reason)
          .toBytes();
    }
  }

  static ProcessCall decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "process call",
        in ->
            switch (type) {
              case Spawn.TYPE -> new Spawn(ProcessSpec.read(in));
              case Place.TYPE -> new Place(Wire.pid(in), Wire.node(in), in.text());
              case Starting.TYPE -> new Starting(Wire.pid(in), Wire.node(in), in.u64());
              case Running.TYPE -> new Running(Wire.pid(in), Wire.node(in), in.u64(), in.text());
              case Exited.TYPE ->
                  new Exited(
                      Wire.pid(in), Wire.node(in), in.u64(), ProcessExit.read(in), in.text());
              case Kill.TYPE -> new Kill(Wire.pid(in), in.u8());
              case NodeLost.TYPE -> new NodeLost(Wire.node(in), in.u64(), in.text());
              case Lost.TYPE -> new Lost(Wire.pid(in), Wire.node(in), in.u64(), in.text());
              default -> throw Wire.unknown("process call", type);
            });
  }
}
