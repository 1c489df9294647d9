package org.volvox.node.serve;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.base.syscall.UploadRow;

/** Puts what a client's command did into the words of the journal; much is not worth any. */
final class Narrator {
  private Narrator() {}

  /** What happened, if it did and is worth telling. */
  static Optional<String> tell(Command command, Bytes answer) {
    if (command.type() == FileCall.PutInline.TYPE) {
      return Optional.empty(); // Before its data is decoded once more.
    }
    try {
      Result result = Result.decode(answer);
      return result.isOk()
          ? tell(Call.decode(command.type(), command.body()), command, result.body())
          : Optional.empty();
    } catch (MalformedException e) {
      return Optional.empty(); // The client hears of it; a journal is not the place.
    }
  }

  private static Optional<String> tell(Call call, Command command, Bytes body)
      throws MalformedException {
    return switch (call) {
      case SessionCall.Register _ ->
          Optional.of("session " + SessionGrant.decode(body).session() + " begun");
      case SessionCall.Close _ -> Optional.of("session " + command.session() + " ended");
      case FileCall.OpenUpload _ -> {
        UploadRow row = UploadRow.decode(body);
        yield Optional.of("upload " + row.upload() + " of " + row.path() + " begun");
      }
      case FileCall.FinishUpload(var upload, _) -> Optional.of("upload " + upload + " finished");
      case FileCall.Mkdir(var path, _) -> Optional.of("directory " + path + " made");
      case FileCall.Rename(var from, var to) -> Optional.of(from + " moved to " + to);
      case FileCall.Remove(var path, _) -> Optional.of(path + " removed");
      case ProcessCall.Kill(var pid, var signal) ->
          Optional.of("signal " + signal + " sent to process " + pid);
      default -> Optional.empty();
    };
  }
}
