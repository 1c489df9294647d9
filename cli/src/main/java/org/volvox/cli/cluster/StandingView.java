package org.volvox.cli.cluster;

import java.util.Optional;
import org.volvox.base.clock.EventId;
import org.volvox.base.event.Event;
import org.volvox.base.event.HappenedBefore;
import org.volvox.base.json.JsonWriter;
import org.volvox.cli.Root;
import org.volvox.client.Cluster;

/** How two events stand to each other, for `volvox events --happened-before`. */
final class StandingView {
  private final Root root;

  StandingView(Root root) {
    this.root = root;
  }

  void print(EventId left, EventId right, Cluster.Standing standing) {
    HappenedBefore.Relation relation = standing.relation();
    String answer = relation.answer().words();
    if (root.isJson()) {
      JsonWriter out = new JsonWriter().object().field("answer", answer).name("chain").array();
      for (HappenedBefore.Link link : relation.chain()) {
        out.object()
            .field("from", link.from().toString())
            .field("to", link.to().toString())
            .field("by", link.isMessage() ? "message" : "order")
            .end();
      }
      root.streams().out().println(out.end().end().text());
      return;
    }
    root.streams().out().println(answer + ": " + why(left, right, standing));
    for (HappenedBefore.Link link : relation.chain()) {
      String how =
          link.isMessage()
              ? "a message from " + link.from().origin() + " to " + link.to().origin()
              : "later at " + link.to().origin();
      String step = "  " + link.from() + " -> " + link.to();
      root.streams().out().println(step + " ".repeat(Math.max(2, 32 - step.length())) + how);
    }
  }

  private static String why(EventId left, EventId right, Cluster.Standing standing) {
    return switch (standing.relation().answer()) {
      case SAME -> left + text(standing.left());
      case BEFORE ->
          left + text(standing.left()) + " happened before " + right + text(standing.right());
      case AFTER ->
          left + text(standing.left()) + " happened after " + right + text(standing.right());
      case CONCURRENT ->
          "nothing led from "
              + left
              + text(standing.left())
              + " to "
              + right
              + text(standing.right())
              + ", or back";
      case UNKNOWN -> unknown(left, right, standing);
    };
  }

  private static String unknown(EventId left, EventId right, Cluster.Standing standing) {
    if (standing.left().isEmpty() || standing.right().isEmpty()) {
      return (standing.left().isEmpty() ? left : right) + " is in no journal that answers";
    }
    return "a message that can have led from one to the other is not recorded any more";
  }

  private static String text(Optional<Event> event) {
    return event.map(found -> " (" + found.text() + ")").orElse("");
  }
}
