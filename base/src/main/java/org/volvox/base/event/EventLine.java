package org.volvox.base.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonReader;
import org.volvox.base.json.JsonWriter;

/**
 * An event as one line of JSON, in files and from {@code volvox events --json}:
 *
 * <pre>
 * {"clock":12,"origin":"n1","seq":7,"node":"n1","kind":"role","at":"2026-11-26T14:00:00.123Z",
 *  "what":"became leader, term 2","cause":{"clock":11,"origin":"n2","seq":5},
 *  "trace":"s512.3","path":"/a","pid":9,"to":"n2","message":"m4",
 *  "wholeSince":0,"seen":[{"at":6,"clock":11,"origin":"n2","seq":5}]}
 * </pre>
 *
 * From {@code cause} on all is optional. What a newer version adds is passed over.
 */
public final class EventLine {
  private EventLine() {}

  /** The line, without its end. */
  public static String write(Event event) {
    JsonWriter out = new JsonWriter().object();
    stamp(out, event.stamp())
        .field("node", event.node().toString())
        .field("kind", event.kind().word())
        .field("at", IsoTime.write(event.wall()))
        .field("what", event.text());
    event.cause().ifPresent(cause -> stamp(out.name("cause").object(), cause).end());
    About about = event.about();
    about.trace().ifPresent(trace -> out.field("trace", trace));
    about.path().ifPresent(path -> out.field("path", path));
    about.pid().ifPresent(pid -> out.field("pid", pid.value()));
    about.to().ifPresent(to -> out.field("to", to.toString()));
    about.message().ifPresent(message -> out.field("message", message));
    if (event.seen().isPresent()) {
      out.field("wholeSince", event.seen().get().wholeSince()).name("seen").array();
      for (Receive receive : event.seen().get().receives()) {
        stamp(out.object().field("at", receive.at()), receive.sent()).end();
      }
      out.end();
    }
    return out.end().text();
  }

  public static Event read(String line) throws MalformedException {
    Json.Fields in = JsonReader.readFields(line);
    EventStamp stamp = stamp(in);
    Optional<EventStamp> cause =
        in.find("cause").isPresent() ? Optional.of(stamp(in.object("cause"))) : Optional.empty();
    Optional<Frontier> seen = Optional.empty();
    if (in.find("seen").isPresent()) {
      List<Receive> receives = new ArrayList<>();
      for (Json item : in.array("seen")) {
        Json.Fields receive = item.asFields();
        receives.add(new Receive(count(receive, "at"), stamp(receive)));
      }
      seen = Optional.of(new Frontier(count(in, "wholeSince"), receives));
    }
    return new Event(
        stamp,
        EventKind.ofWord(in.text("kind")),
        node(in.text("node")),
        IsoTime.read(in.text("at")),
        in.text("what"),
        cause,
        about(in),
        seen);
  }

  private static About about(Json.Fields in) throws MalformedException {
    Optional<Pid> pid = Optional.empty();
    if (in.find("pid").isPresent()) {
      long number = count(in, "pid");
      if (number == 0) {
        throw new MalformedException("the field \"pid\" is 0");
      }
      pid = Optional.of(new Pid(number));
    }
    return new About(
        text(in, "trace"),
        text(in, "path"),
        pid,
        in.find("to").isPresent() ? Optional.of(node(in.text("to"))) : Optional.empty(),
        text(in, "message"));
  }

  private static Optional<String> text(Json.Fields in, String name) throws MalformedException {
    return in.find(name).isPresent() ? Optional.of(in.text(name)) : Optional.empty();
  }

  private static JsonWriter stamp(JsonWriter out, EventStamp stamp) {
    return out.field("clock", stamp.clock().ticks())
        .field("origin", stamp.id().origin().toString())
        .field("seq", stamp.id().seq());
  }

  private static EventStamp stamp(Json.Fields in) throws MalformedException {
    return new EventStamp(
        new LamportTime(count(in, "clock")),
        new EventId(origin(in.text("origin")), count(in, "seq")));
  }

  private static long count(Json.Fields in, String name) throws MalformedException {
    long number = in.number(name);
    if (number < 0) {
      throw new MalformedException("the field \"" + name + "\" is negative: " + number);
    }
    return number;
  }

  /** n1 of a node, s512 of a client. */
  private static Origin origin(String name) throws MalformedException {
    return name.startsWith("s")
        ? new Origin.Client(new SessionId(number(name)))
        : new Origin.Node(node(name));
  }

  private static NodeId node(String name) throws MalformedException {
    long id = name.startsWith("n") ? number(name) : 0;
    if (id < 1 || id > 0xFFFF) {
      throw new MalformedException("no node such as n1: " + name);
    }
    return new NodeId((int) id);
  }

  private static long number(String name) throws MalformedException {
    try {
      long number = Long.parseLong(name.substring(1));
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new MalformedException("no origin such as n1 or s512: " + name);
    }
    throw new MalformedException("no origin such as n1 or s512: " + name);
  }
}
