package org.volvox.base.event;

import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;

/**
 * What an event is about, for those who look for it.
 *
 * @param trace the client's request that it serves (s512.3), or the session if that is all that is
 *     known (s512)
 * @param to of a send: the receiver
 * @param message of a send, receive or loss: which message, where messages have names
 */
public record About(
    Optional<String> trace,
    Optional<String> path,
    Optional<Pid> pid,
    Optional<NodeId> to,
    Optional<String> message) {
  public static final About NOTHING =
      new About(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public static About path(String path) {
    return NOTHING.withPath(path);
  }

  public static About pid(Pid pid) {
    return NOTHING.withPid(pid);
  }

  public About withTrace(String request) {
    return new About(Optional.of(request), path, pid, to, message);
  }

  public About withPath(String named) {
    return new About(trace, Optional.of(named), pid, to, message);
  }

  public About withPid(Pid process) {
    return new About(trace, path, Optional.of(process), to, message);
  }

  public About withTo(NodeId receiver) {
    return new About(trace, path, pid, Optional.of(receiver), message);
  }

  public About withMessage(String name) {
    return new About(trace, path, pid, to, Optional.of(name));
  }
}
