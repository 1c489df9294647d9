package org.volvox.lab;

import org.volvox.base.clock.HybridTime;
import org.volvox.base.clock.VectorClock;
import org.volvox.base.json.JsonWriter;
import org.volvox.worlds.clock.BrokenRule;
import org.volvox.worlds.clock.Clocks;
import org.volvox.worlds.clock.Happening;
import org.volvox.worlds.clock.Lane;
import org.volvox.worlds.clock.Message;
import org.volvox.worlds.clock.Played;
import org.volvox.worlds.clock.Properties;
import org.volvox.worlds.clock.Property;
import org.volvox.worlds.clock.Run;
import org.volvox.worlds.clock.Telling;

/** A lab as JSON; docs/lab.md has the forms. */
final class ViewJson {
  private final Lab lab;
  private final Run run;
  private final JsonWriter out;

  ViewJson(Lab lab, JsonWriter out) {
    this.lab = lab;
    this.run = lab.run();
    this.out = out;
  }

  /** The fields of VIEW, without the script. */
  void view() {
    nodes();
    out.field("cursor", lab.cursor()).field("steps", run.size());
    out.field("now", lab.now()).field("end", run.end());
    out.field("branch", lab.id()).field("imported", lab.isImported());
    rules();
    invariants();
    out.field("digest", run.digest()).field("narration", narration());
    branches();
  }

  private void nodes() {
    Clocks[] clocks = clocksAtCursor();
    out.name("nodes").array();
    for (int i = 0; i < clocks.length; i++) {
      Lane lane = run.lanes().get(i);
      if (lane.joinedAt() <= lab.now()) {
        out.object().field("id", lane.toString()).field("joinedAt", lane.joinedAt());
        out.name("removedAt");
        if (lane.removedAt() <= lab.now()) {
          out.value(lane.removedAt());
        } else {
          out.nothing();
        }
        clocks(clocks[i]);
        out.field("skew", run.skewAt(i, lab.now())).end();
      }
    }
    out.end();
  }

  private Clocks[] clocksAtCursor() {
    int lanes = run.lanes().size();
    Clocks[] clocks = new Clocks[lanes];
    int missing = lanes;
    for (int i = lab.cursor() - 1; i >= 0 && missing > 0; i--) {
      Happening happening = run.at(i);
      if (clocks[happening.lane()] == null) {
        clocks[happening.lane()] = happening.clocks();
        missing--;
      }
    }
    for (int i = 0; i < lanes; i++) {
      clocks[i] = clocks[i] == null ? Clocks.ZERO : clocks[i];
    }
    return clocks;
  }

  private void clocks(Clocks clocks) {
    out.field("clock", clocks.lamport().ticks());
    vector(clocks.vector());
    out.name("hybrid");
    if (lab.isImported()) {
      out.nothing();
    } else {
      HybridTime time = clocks.hybrid();
      out.object().field("wall", time.wall().millis()).field("counter", time.counter()).end();
    }
  }

  private void vector(VectorClock vector) {
    out.name("vector").object();
    vector.forEach((origin, count) -> out.field(origin.toString(), count));
    out.end();
  }

  private void rules() {
    out.name("rules").array();
    if (lab.history() instanceof Played played) {
      for (BrokenRule rule : BrokenRule.values()) {
        out.object().field("id", rule.id()).field("title", rule.title()).field("text", rule.text());
        out.field("on", played.script().broken().contains(rule)).end();
      }
    }
    out.end();
  }

  private void invariants() {
    out.name("invariants").array();
    if (lab.history() instanceof Played played) {
      for (Property property : Property.values()) {
        invariant(played, property);
      }
    }
    out.end();
  }

  private void invariant(Played played, Property property) {
    out.object().field("id", property.id()).field("title", property.title());
    Properties.Breach breach = played.properties().breach(property, lab.cursor()).orElse(null);
    out.field("holds", breach == null).name("event");
    if (breach == null) {
      out.nothing().field("text", "");
    } else {
      out.value(breach.event()).field("text", breach.text());
    }
    out.end();
  }

  private String narration() {
    return lab.cursor() == 0 ? "Nothing has happened yet." : step(lab.cursor() - 1);
  }

  /** One step in words. */
  String step(int index) {
    return lab.history() instanceof Played played
        ? Telling.step(run, index, played.rules())
        : Telling.what(run, index);
  }

  private void branches() {
    out.name("branches").array();
    for (Branch branch : lab.kept()) {
      out.object().field("id", branch.id()).field("steps", branch.steps());
      out.field("forkedAt", branch.forkedAt()).field("title", branch.title()).end();
    }
    out.end();
  }

  /** EVENTs from an index up to the cursor. */
  void events(int from) {
    out.name("events").array();
    for (int i = Math.max(0, from); i < lab.cursor(); i++) {
      event(i);
    }
    out.end();
  }

  private void event(int index) {
    Happening happening = run.at(index);
    out.object().field("i", index).field("at", happening.at());
    out.field("node", run.laneOf(index).toString());
    out.field("kind", happening.kind().word()).field("word", happening.word());
    out.field("seq", happening.seq());
    clocks(happening.clocks());
    Message message = run.message(index).orElse(null);
    if (message == null) {
      out.name("message").nothing().name("peer").nothing();
    } else {
      int peer = happening.kind() == Happening.Kind.SEND ? message.to() : message.from();
      out.field("message", message.id()).field("peer", run.lanes().get(peer).toString());
    }
    out.field("text", step(index)).field("label", happening.label()).name("sum");
    if (happening.isEvent() && lab.history() instanceof Played played) {
      out.value(Telling.sum(run, index, played.rules()));
    } else {
      out.nothing();
    }
    out.end();
  }

  /** MESSAGEs that were made by the cursor. */
  void messages() {
    out.name("messages").array();
    for (Message message : run.messages()) {
      if (message.madeAfter() <= lab.cursor() && message.madeAt() <= lab.now()) {
        message(message);
      }
    }
    out.end();
  }

  private void message(Message message) {
    boolean isEnded = message.isEndedBy(lab.cursor());
    boolean isLost = isEnded && message.isLost();
    out.object().field("id", message.id()).name("copyOf");
    if (message.copyOf() == 0) {
      out.nothing();
    } else {
      out.value("m" + message.copyOf());
    }
    out.field("from", run.lanes().get(message.from()).toString());
    out.field("to", run.lanes().get(message.to()).toString());
    out.field("sent", message.sent()).name("received");
    if (isEnded && !isLost) {
      out.value(message.ended()).field("state", "delivered");
    } else {
      out.nothing().field("state", isLost ? "lost" : "flying");
    }
    out.field("sentAt", message.sentAt()).field("dueAt", message.dueAt()).name("lostAt");
    if (isLost) {
      out.value(run.at(message.ended()).at());
    } else {
      out.nothing();
    }
    out.name("carries");
    long carried = message.carried().lamport().ticks();
    if (carried == 0) {
      out.nothing();
    } else {
      out.value(carried);
    }
    out.end();
  }
}
