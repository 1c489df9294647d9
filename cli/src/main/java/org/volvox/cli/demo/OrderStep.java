package org.volvox.cli.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.event.Event;
import org.volvox.calls.message.EventMessage;
import org.volvox.cli.Human;
import org.volvox.cli.cluster.EventLines;
import org.volvox.client.Volvox;

/** Step 6: the last events of the whole cluster in the total order of their Lamport clocks. */
final class OrderStep implements Step {
  private static final int ASKED = 1000;
  private static final int SHOWN = 10;

  @Override
  public String name() {
    return "order";
  }

  @Override
  public void run(Stage stage) throws IOException, InterruptedException, Wrong {
    List<Event> events = new ArrayList<>();
    try (Volvox volvox = stage.through(stage.local().nodes().getFirst())) {
      volvox
          .cluster()
          .events(
              EventMessage.Request.last(ASKED),
              page -> {
                events.addAll(page.events());
                return true;
              });
    }
    Step.require(!events.isEmpty(), "no event was journalled");
    requireOrder(events);
    long origins = events.stream().map(event -> event.stamp().id().origin()).distinct().count();
    Step.require(origins > 1, "all events are of one node");
    stage.talk().line("the last events, by Lamport clock");
    stage.talk().plain("      " + EventLines.HEAD);
    events.stream()
        .skip(Math.max(0, events.size() - SHOWN))
        .forEach(event -> stage.talk().plain("      " + EventLines.line(event)));
    stage
        .talk()
        .verified(
            Human.count(events.size(), "event") + ": order total, every cause before its effect",
            "holds");
  }

  private static void requireOrder(List<Event> events) throws Wrong {
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      Step.require(
          i == 0 || events.get(i - 1).compareTo(event) < 0,
          "events out of order at clock " + event.stamp().clock());
      boolean caused =
          event.cause().isEmpty()
              || event.cause().get().clock().compareTo(event.stamp().clock()) < 0;
      Step.require(
          caused, "an event at clock " + event.stamp().clock() + " comes before its cause");
    }
  }
}
