package org.volvox.base.syscall;

import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;

/**
 * A process as the table has it, living or ended. {@code incarnation} is that of the node that
 * started it, 0 before. {@code signals} are those sent to it while it was started, in order; the
 * node remembers how many it delivered. {@code history} tells each change of state and why.
 */
public record ProcessRow(
    Pid pid,
    ProcessState state,
    ProcessSpec spec,
    String principal,
    SessionId session,
    Optional<NodeId> node,
    long incarnation,
    Optional<ProcessExit> exit,
    List<Integer> signals,
    List<Change> history) {
  public ProcessRow {
    signals = List.copyOf(signals);
    history = List.copyOf(history);
  }

  /** A change of state: when by the state's wall time, to what, and why in words. */
  public record Change(WallTime at, ProcessState state, String reason) {
    void write(ByteWriter out) {
      out.u64(at.millis()).u8(state.code()).text(reason);
    }

    static Change read(ByteReader in) throws MalformedException {
      return new Change(new WallTime(in.u64()), ProcessState.ofCode(in.u8()), in.text());
    }
  }

  /** Why it is in its state: the last change's reason. */
  public String reason() {
    return history.isEmpty() ? "" : history.getLast().reason();
  }

  /** When the table first had it. */
  public WallTime spawnedAt() {
    return history.isEmpty() ? new WallTime(0) : history.getFirst().at();
  }

  void write(ByteWriter out) {
    out.u64(pid.value()).u8(state.code());
    spec.write(out);
    out.text(principal).u64(session.value());
    Wire.optional(out, node, (to, id) -> to.u16(id.value()));
    out.u64(incarnation);
    Wire.optional(out, exit, (to, end) -> end.write(to));
    Wire.list(out, signals, (to, signal) -> to.u8(signal));
    Wire.list(out, history, (to, change) -> change.write(to));
  }

  static ProcessRow read(ByteReader in) throws MalformedException {
    return new ProcessRow(
        Wire.pid(in),
        ProcessState.ofCode(in.u8()),
        ProcessSpec.read(in),
        in.text(),
        Wire.session(in),
        Wire.optional(in, Wire::node),
        in.u64(),
        Wire.optional(in, ProcessExit::read),
        Wire.list(in, 1, ByteReader::u8),
        Wire.list(in, 13, Change::read));
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    write(out);
    return out.toBytes();
  }

  public static ProcessRow decode(Bytes bytes) throws MalformedException {
    return Wire.decode(bytes, "process row", ProcessRow::read);
  }
}
