package org.volvox.base.syscall;

import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** A change asked of the replicated state; {@code type} and {@code body} go into a Command. */
public sealed interface Call
    permits SessionCall, ProcessCall, FileCall, RegisterCall, ServiceCall, KeyCall {
  int type();

  /** The encoded arguments, a version byte first. */
  Bytes body();

  /** Whether only a node may make calls of this type; marked [node] where the call is declared. */
  static boolean isForNodes(int type) {
    return switch (type) {
      case SessionCall.Expire.TYPE,
          SessionCall.Lead.TYPE,
          ProcessCall.Place.TYPE,
          ProcessCall.Starting.TYPE,
          ProcessCall.Running.TYPE,
          ProcessCall.Exited.TYPE,
          ProcessCall.NodeLost.TYPE,
          ProcessCall.Lost.TYPE,
          FileCall.SetNodes.TYPE,
          FileCall.Sweep.TYPE,
          FileCall.DeadDone.TYPE,
          FileCall.Complete.TYPE,
          FileCall.SetResting.TYPE,
          FileCall.Drain.TYPE,
          FileCall.SetHealing.TYPE,
          FileCall.Lacks.TYPE,
          RegisterCall.Seat.TYPE,
          KeyCall.Expire.TYPE,
          KeyCall.Tidy.TYPE,
          KeyCall.Checkpoint.TYPE ->
          true;
      default -> false;
    };
  }

  /**
   * Whether this call leaves more behind than it found, so that it is refused while disks are full.
   * What ends, deletes, reports and keeps the cluster together is not, nor a transaction that puts
   * nothing, whichever branch it takes. A body that nobody can read grows nothing.
   */
  static boolean isGrowing(int type, Bytes body) {
    return switch (type) {
      case ProcessCall.Spawn.TYPE,
          FileCall.Mkdir.TYPE,
          FileCall.OpenUpload.TYPE,
          FileCall.AllocateBlocks.TYPE,
          FileCall.AppendExtents.TYPE,
          FileCall.PutInline.TYPE,
          FileCall.WriteSmall.TYPE,
          ServiceCall.Bind.TYPE,
          KeyCall.CreateSpace.TYPE,
          KeyCall.Grant.TYPE ->
          true;
      case KeyCall.Transact.TYPE -> KeyCall.isPutting(body);
      default -> false;
    };
  }

  static Call decode(int type, Bytes body) throws MalformedException {
    return switch (type >>> 8) {
      case SessionCall.RANGE -> SessionCall.decode(type, body);
      case ProcessCall.RANGE -> ProcessCall.decode(type, body);
      case FileCall.RANGE -> FileCall.decode(type, body);
      case RegisterCall.RANGE -> RegisterCall.decode(type, body);
      case ServiceCall.RANGE -> ServiceCall.decode(type, body);
      case KeyCall.RANGE -> KeyCall.decode(type, body);
      default -> throw Wire.unknown("call", type);
    };
  }
}
