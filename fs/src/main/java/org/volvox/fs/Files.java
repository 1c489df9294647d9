package org.volvox.fs;

import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;

/**
 * The file system as a part of the root group's state machine, serving types 0x03xx. It holds no
 * state but the store's. A call that is refused writes nothing.
 */
public final class Files implements Part {
  @Override
  public int range() {
    return FileCall.RANGE;
  }

  @Override
  public Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
    try {
      FileCall call = FileCall.decode(command.type(), command.body());
      return Result.ok(body(call, index, stamp.wall(), command, batch)).encode();
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    } catch (Refused e) {
      return e.result().encode();
    }
  }

  private static Bytes body(
      FileCall call, LogIndex index, WallTime now, Command command, OrderedStore.Batch batch)
      throws Refused {
    return switch (call) {
      case FileCall.Mkdir(var path, var parents) -> {
        Names.makeDirectory(path, parents, now, batch);
        yield Bytes.EMPTY;
      }
      case FileCall.OpenUpload open ->
          Uploads.open(open, index, sessionOf(command), batch).row().encode();
      case FileCall.AllocateBlocks(var upload, var count) ->
          Uploads.allocate(upload, count, sessionOf(command), batch).encode();
      case FileCall.AppendExtents append ->
          Uploads.append(append, sessionOf(command), batch).row().encode();
      case FileCall.FinishUpload finish ->
          Names.answer(Names.finishUpload(finish, sessionOf(command), now, batch));
      case FileCall.AbortUpload(var upload) -> {
        Uploads.abort(Uploads.owned(upload, sessionOf(command), batch), now, batch);
        yield Bytes.EMPTY;
      }
      case FileCall.WriteSmall write -> Names.answer(Names.writeSmall(write, now, batch));
      case FileCall.PutInline put -> Names.answer(Names.putInline(put, now, batch));
      case FileCall.Rename rename -> {
        Names.rename(rename, now, batch);
        yield Bytes.EMPTY;
      }
      case FileCall.Remove(var path, var recursive) -> {
        Names.remove(path, recursive, now, batch);
        yield Bytes.EMPTY;
      }
      case FileCall.SetTimes times -> {
        Names.setTimes(times, now, batch);
        yield Bytes.EMPTY;
      }
      case FileCall.SetNodes(var epoch, var nodes) ->
          Placement.change(epoch, nodes, batch).encode();
      case FileCall.Sweep(var limit) -> DeleteQueue.sweep(limit, now, batch).encode();
      case FileCall.Complete(var node, var epoch) ->
          Placement.complete(node, epoch, batch).encode();
      case FileCall.SetResting(var epoch, var nodes) ->
          Placement.rest(epoch, nodes, batch).encode();
      case FileCall.Drain(var node, var drains) -> Placement.drain(node, drains, batch).encode();
      case FileCall.SetHealing(var afterMillis, var bytesPerSecond) ->
          Placement.policy(afterMillis, bytesPerSecond, batch).encode();
      case FileCall.Lacks(var node) -> Placement.lacks(node, batch).encode();
      case FileCall.HoldDeletions(var millis) -> {
        DeleteQueue.hold(millis, now, batch);
        yield Bytes.EMPTY;
      }
      case FileCall.DeadDone(var node, var through) -> {
        Blocks.deleted(node, through, batch);
        yield Bytes.EMPTY;
      }
    };
  }

  /** Uploads belong to sessions, so that what a client leaves behind is cleared away. */
  private static SessionId sessionOf(Command command) throws Refused {
    if (command.session().equals(SessionId.NONE)) {
      throw new Refused(Status.SESSION_EXPIRED, "an upload needs a session");
    }
    return command.session();
  }

  @Override
  public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
    try {
      Bytes body =
          switch (FileAsk.decode(type, request)) {
            case FileAsk.Stat(var path) -> Names.answer(Names.stat(path, state));
            case FileAsk.Names(var path, var after, var limit) ->
                Directories.page(path, after, limit, state).encode();
            case FileAsk.Open(var path, var limit) ->
                Blocks.page(Names.file(path, state), 0, limit, state).encode();
            case FileAsk.Extents(var inode, var from, var limit) ->
                Blocks.page(Names.file(inode, state), from, limit, state).encode();
            case FileAsk.Placement() -> Placement.of(state).encode();
            case FileAsk.HeldBy(var node, var after, var limit) ->
                Blocks.heldBy(node, after, limit, state).encode();
            case FileAsk.Upload(var id) ->
                Upload.find(id, state).orElseThrow(() -> Uploads.missing(id)).row().encode();
            case FileAsk.Dead(var after, var limit) -> Blocks.dead(after, limit, state).encode();
            case FileAsk.AtRisk(var leaving, var silent) ->
                Blocks.atRisk(leaving, silent, state).encode();
            case FileAsk.Spare(var node, var after, var limit) ->
                Blocks.spare(node, after, limit, state).encode();
            case FileAsk.Copies(var silent) -> Blocks.copies(silent, state).encode();
            case FileAsk.QueueDue(var now) -> DeleteQueue.due(now, state).encode();
          };
      return Result.ok(body).encode();
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    } catch (Refused e) {
      return e.result().encode();
    }
  }

  @Override
  public void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
    Uploads.sessionEnded(session, stamp.wall(), batch);
  }
}
