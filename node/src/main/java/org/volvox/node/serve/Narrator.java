package org.volvox.node.serve;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Pid;
import org.volvox.base.SessionId;
import org.volvox.base.event.About;
import org.volvox.base.event.EventKind;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.UploadRow;

/**
 * Puts what a client's command did into the words of the journal; much is not worth any. Any thread
 * may call it.
 */
final class Narrator {
  /** Uploads whose paths are remembered until they are finished: more than are under way here. */
  private static final int UPLOADS_MAX = 1024;

  /** What is to be written down. */
  record Told(EventKind kind, String what, About about) {}

  private final Map<Long, String> paths = new LinkedHashMap<>();

  /** What happened, if it did and is worth telling. */
  Optional<Told> tell(Command command, Bytes answer) {
    try {
      Result result = Result.decode(answer);
      if (!result.isOk()) {
        return Optional.empty();
      }
      return tell(Call.decode(command.type(), command.body()), command, result.body())
          .map(event -> traced(event, command));
    } catch (MalformedException e) {
      return Optional.empty(); // The client hears of it; a journal is not the place.
    }
  }

  private static Told traced(Told told, Command command) {
    if (command.session().equals(SessionId.NONE)) {
      return told;
    }
    String request = command.session() + "." + command.seq();
    return new Told(told.kind(), told.what(), told.about().withTrace(request));
  }

  private Optional<Told> tell(Call call, Command command, Bytes body) throws MalformedException {
    return switch (call) {
      case SessionCall.Register _ -> {
        SessionId session = SessionGrant.decode(body).session();
        yield Optional.of(
            new Told(
                EventKind.SESSION_OPENED,
                "session " + session + " begun",
                About.NOTHING.withTrace(session.toString())));
      }
      case SessionCall.Close _ ->
          Optional.of(
              new Told(
                  EventKind.SESSION_CLOSED,
                  "session " + command.session() + " ended",
                  About.NOTHING));
      case FileCall.OpenUpload _ -> {
        UploadRow row = UploadRow.decode(body);
        remember(row);
        yield Optional.of(
            file(row.path(), "upload " + row.upload() + " of " + row.path() + " begun"));
      }
      case FileCall.FinishUpload(var upload, _) -> Optional.of(finished(upload));
      case FileCall.PutInline(var path, var data, _) -> Optional.of(wrote(path, data));
      case FileCall.WriteSmall(var path, var data, _) -> Optional.of(wrote(path, data));
      case FileCall.Mkdir(var path, _) -> Optional.of(file(path, "directory " + path + " made"));
      case FileCall.Rename(var from, var to) -> Optional.of(file(to, from + " moved to " + to));
      case FileCall.Remove(var path, _) -> Optional.of(file(path, path + " removed"));
      case ProcessCall.Spawn(var spec) -> {
        Pid pid = ProcessRow.decode(body).pid();
        yield Optional.of(
            new Told(
                EventKind.PROCESS_SPAWNED,
                "process " + pid + " asked for: " + spec.args().getFirst(),
                About.pid(pid)));
      }
      case ProcessCall.Kill(var pid, var signal) ->
          Optional.of(
              new Told(
                  EventKind.PROCESS_SIGNALLED,
                  "signal " + signal + " sent to process " + pid,
                  About.pid(pid)));
      case ServiceCall service -> Optional.of(tell(service));
      case KeyCall key -> tell(key, body);
      default -> Optional.empty();
    };
  }

  /** Keys are changed too often to tell of each. */
  private static Optional<Told> tell(KeyCall call, Bytes body) throws MalformedException {
    return switch (call) {
      case KeyCall.CreateSpace(var name, var consistency, _) -> {
        String what =
            "key space "
                + name
                + " created, "
                + consistency.word()
                + ", id "
                + SpaceRow.decode(body).id();
        yield Optional.of(new Told(EventKind.SPACE_CREATED, what, About.NOTHING));
      }
      case KeyCall.RemoveSpace(var space) -> {
        String what = "key space of id " + space + " removed";
        yield Optional.of(new Told(EventKind.SPACE_REMOVED, what, About.NOTHING));
      }
      default -> Optional.empty();
    };
  }

  private static Told tell(ServiceCall call) {
    return switch (call) {
      case ServiceCall.Bind bind ->
          service(
              EventKind.SERVICE_BOUND,
              bind.name() + " offered by " + bind.where() + ", instance " + bind.instance());
      case ServiceCall.Unbind(var instance) ->
          service(EventKind.SERVICE_UNBOUND, "instance " + instance + " of a service unbound");
      case ServiceCall.Health(var instance, var healthy, var text) ->
          service(
              EventKind.SERVICE_HEALTH,
              "instance "
                  + instance
                  + " of a service is "
                  + (healthy ? "healthy" : "not healthy: " + text));
    };
  }

  private static Told service(EventKind kind, String what) {
    return new Told(kind, what, About.NOTHING);
  }

  private static Told wrote(String path, Bytes data) {
    return file(path, "wrote " + path + ", " + data.length() + " bytes");
  }

  private static Told file(String path, String what) {
    return new Told(EventKind.FILE_CHANGED, what, About.path(path));
  }

  private Told finished(long upload) {
    Optional<String> path;
    synchronized (paths) {
      path = Optional.ofNullable(paths.remove(upload));
    }
    return path.map(name -> file(name, "upload " + upload + " of " + name + " finished"))
        // It was begun through another entry node, or a while ago.
        .orElseGet(() ->
            new Told(EventKind.FILE_CHANGED, "upload " + upload + " finished", About.NOTHING));
  }

  private void remember(UploadRow row) {
    synchronized (paths) {
      paths.put(row.upload(), row.path());
      if (paths.size() > UPLOADS_MAX) {
        paths.remove(paths.keySet().iterator().next());
      }
    }
  }
}
