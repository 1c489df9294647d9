package org.volvox.base.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;

/**
 * Which events are wanted; what is empty wants all.
 *
 * <pre>
 * u16 count, u16 node each    u16 count, text kind each    text trace    text path    u64 pid
 * </pre>
 *
 * @param kinds words of kinds, or of families of them ("process")
 * @param trace a request, or a session with all its requests
 * @param path a file, or a directory with all that is in it
 */
public record EventFilter(
    List<NodeId> nodes,
    List<String> kinds,
    Optional<String> trace,
    Optional<String> path,
    Optional<Pid> pid) {
  public static final EventFilter ALL =
      new EventFilter(List.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());

  public EventFilter {
    nodes = List.copyOf(nodes);
    kinds = List.copyOf(kinds);
  }

  public boolean matches(Event event) {
    return (nodes.isEmpty() || nodes.contains(event.node()))
        && (kinds.isEmpty() || kinds.stream().anyMatch(event.kind()::isOf))
        && isWithin(trace, event.about().trace(), '.')
        && isWithin(path, event.about().path(), '/')
        && (pid.isEmpty() || pid.equals(event.about().pid()));
  }

  private static boolean isWithin(Optional<String> wanted, Optional<String> has, char separator) {
    if (wanted.isEmpty()) {
      return true;
    }
    if (has.isEmpty()) {
      return false;
    }
    String outer = wanted.get();
    String inner = has.get();
    return inner.startsWith(outer)
        && (inner.length() == outer.length()
            || outer.charAt(outer.length() - 1) == separator
            || inner.charAt(outer.length()) == separator);
  }

  public void write(ByteWriter out) {
    out.u16(nodes.size());
    nodes.forEach(node -> out.u16(node.value()));
    out.u16(kinds.size());
    kinds.forEach(out::text);
    out.text(trace.orElse("")).text(path.orElse("")).u64(pid.map(Pid::value).orElse(0L));
  }

  public static EventFilter read(ByteReader in) throws MalformedException {
    List<NodeId> nodes = new ArrayList<>();
    for (int left = in.u16(); left > 0; left--) {
      nodes.add(Stamps.node(in));
    }
    List<String> kinds = new ArrayList<>();
    for (int left = in.u16(); left > 0; left--) {
      kinds.add(in.text());
    }
    Optional<String> trace = Optional.of(in.text()).filter(text -> !text.isEmpty());
    Optional<String> path = Optional.of(in.text()).filter(text -> !text.isEmpty());
    long pid = in.u64();
    if (pid < 0) {
      throw new MalformedException("events of process " + pid);
    }
    return new EventFilter(
        nodes, kinds, trace, path, pid == 0 ? Optional.empty() : Optional.of(new Pid(pid)));
  }
}
