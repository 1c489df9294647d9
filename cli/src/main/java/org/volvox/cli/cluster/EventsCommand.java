package org.volvox.cli.cluster;

import java.io.IOException;
import java.time.Instant;
import org.volvox.calls.message.EventEntry;
import org.volvox.calls.message.EventMessage;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Json;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** `volvox events`: what happened in the whole cluster, in the total order of Lamport clocks. */
@Command(
    name = "events",
    description = "Shows what happened in the whole cluster, ordered by Lamport clock.",
    customSynopsis = "volvox events [--last N] [--follow] [--json]",
    footer = {
      "",
      "With --json: an array (with --follow: one a line) of objects with clock, origin, seq, at (ISO",
      "8601, by the origin's own clock), what, and cause: clock, origin, seq of what led to it.",
      "",
      "Examples:",
      "  volvox events --last 50",
      "  volvox events --follow"
    })
public final class EventsCommand extends AbstractCommand {
  private static final int LAST_MAX = 1_000_000;

  @Option(names = "--last", paramLabel = "N", description = "how many of the past (20)")
  private int last = 20;

  @Option(names = "--follow", description = "and all that come, until Ctrl-C")
  private boolean follow;

  public EventsCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Json json = new Json(streams().out());
    boolean array = root().isJson() && !follow;
    if (array) {
      json.openArray();
    } else if (!root().isJson()) {
      streams().out().println(EventLines.HEAD);
    }
    try (Volvox volvox = root().connect()) {
      volvox
          .cluster()
          .events(
              Math.max(0, Math.min(LAST_MAX, last)),
              follow,
              page -> {
                print(page, json);
                return !streams().out().checkError();
              });
    }
    if (array) {
      json.closeArray().endLine();
    }
    return ExitCode.DONE;
  }

  private void print(EventMessage.Page page, Json json) {
    for (EventEntry event : page.events()) {
      if (root().isJson()) {
        print(event, json);
        if (follow) {
          json.endLine();
        }
      } else {
        streams().out().println(EventLines.line(event));
      }
    }
    if (!page.missing().isEmpty() && !follow) {
      streams().say("without the events of " + page.missing() + ", which do not answer");
    }
  }

  private static void print(EventEntry event, Json json) {
    json.openObject()
        .field("clock", event.stamp().clock().ticks())
        .field("origin", event.stamp().id().origin().toString())
        .field("seq", event.stamp().id().seq())
        .field("at", Instant.ofEpochMilli(event.at().millis()).toString())
        .field("what", event.what());
    event
        .cause()
        .ifPresent(cause ->
            json.name("cause")
                .openObject()
                .field("clock", cause.clock().ticks())
                .field("origin", cause.id().origin().toString())
                .field("seq", cause.id().seq())
                .closeObject());
    json.closeObject();
  }
}
