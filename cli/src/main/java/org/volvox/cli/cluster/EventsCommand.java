package org.volvox.cli.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.volvox.base.clock.EventId;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventFilter;
import org.volvox.base.event.EventKind;
import org.volvox.base.event.EventLine;
import org.volvox.base.event.ShiVizLog;
import org.volvox.calls.message.EventMessage;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.client.Cluster;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** `volvox events`: what happened in the whole cluster, in the total order of Lamport clocks. */
@Command(
    name = "events",
    description = "Shows what happened in the whole cluster, ordered by Lamport clock.",
    customSynopsis = {
      "volvox events [--last N] [--follow] [--of NODE,...] [--kind KIND,...] [--trace ID]",
      "              [--path PATH] [--pid PID] [--json | --shiviz]",
      "volvox events --happened-before A B"
    },
    footer = {
      "",
      "Of several filters an event passes all. --of says whose events are wanted; --node is, as",
      "everywhere, the node to ask, and each tells the same.",
      "",
      "--happened-before answers before, after, concurrent or unknown (dropped), with the steps and",
      "messages that prove it. A and B are ids as the listing shows them.",
      "",
      "With --json: an object a line with clock, origin, seq, node, kind, at (ISO 8601, by the node's",
      "own clock), what, and where known cause, trace, path, pid and seen, which says how far the node",
      "had heard each other one. The lab opens such a file.",
      "",
      "With --shiviz: a log for ShiViz (bestchai.bitbucket.io/shiviz); its regular expression is",
      "  (?<host>\\S+) (?<clock>\\{.*\\})\\n(?<event>.*)",
      "",
      "Examples:",
      "  volvox events --last 50",
      "  volvox events --follow --kind process,file",
      "  volvox events --path /photos --of n2",
      "  volvox events --happened-before n1.1234 n3.977",
      "  volvox events --json --last 5000 > run.jsonl"
    })
public final class EventsCommand extends AbstractCommand {
  @Option(
      names = "--last",
      paramLabel = "N",
      description = "how many of the past (20; at most 8192)")
  private int last = 20;

  @Option(names = "--follow", description = "and all that come, until Ctrl-C")
  private boolean follow;

  @Option(names = "--of", paramLabel = "NODE,...", description = "only events of these nodes")
  private String of = "";

  @Option(
      names = "--kind",
      paramLabel = "KIND,...",
      description = "only of these kinds, as role, vote, file, process, session, block")
  private String kinds = "";

  @Option(
      names = "--trace",
      paramLabel = "ID",
      description = "only what serves this request (s512.3) or session (s512)")
  private String trace = "";

  @Option(names = "--path", paramLabel = "PATH", description = "only of this file or directory")
  private String path = "";

  @Option(names = "--pid", paramLabel = "PID", description = "only of this process")
  private String pid = "";

  @Option(names = "--shiviz", description = "as a log for ShiViz")
  private boolean isShiViz;

  @Option(
      names = "--happened-before",
      arity = "2",
      paramLabel = "EVENT",
      description = "how two events stand to each other")
  private List<String> asked = new ArrayList<>();

  private boolean isHeadDue = true;

  public EventsCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    check();
    try (Volvox volvox = root().connect()) {
      if (!asked.isEmpty()) {
        EventId left = Parse.event(asked.getFirst());
        EventId right = Parse.event(asked.getLast());
        new StandingView(root()).print(left, right, volvox.cluster().happenedBefore(left, right));
      } else if (isShiViz) {
        shiViz(volvox.cluster().history());
      } else {
        list(volvox);
      }
    }
    return ExitCode.DONE;
  }

  private void check() {
    if (last < 0 || last > EventMessage.LAST_MAX) {
      throw Failure.usage(
          "--last " + last + " is out of 0 to " + EventMessage.LAST_MAX,
          "A node keeps more, and --json --follow writes down all that come.");
    }
    if (isShiViz && (follow || root().isJson())) {
      throw Failure.usage(
          "--shiviz goes with neither --follow nor --json", "See: volvox events --help");
    }
    for (String kind : words(kinds)) {
      if (Arrays.stream(EventKind.values()).noneMatch(known -> known.isOf(kind))) {
        throw Failure.usage(
            "no events of kind " + kind,
            "Kinds: "
                + String.join(
                    " ", Arrays.stream(EventKind.values()).map(EventKind::word).toList()));
      }
    }
    if (asked.size() > 2) {
      throw Failure.usage("--happened-before comes once, with two events", "");
    }
  }

  private EventFilter filter() {
    return new EventFilter(
        of.isEmpty() ? List.of() : Parse.nodes(of),
        words(kinds),
        Optional.of(trace).filter(text -> !text.isEmpty()),
        path.isEmpty() ? Optional.empty() : Optional.of(Parse.path(path)),
        pid.isEmpty() ? Optional.empty() : Optional.of(Parse.pid(pid)));
  }

  private static List<String> words(String list) {
    return list.isEmpty() ? List.of() : List.of(list.split(",", -1));
  }

  private void list(Volvox volvox) throws IOException, InterruptedException {
    EventMessage.Request request = EventMessage.Request.last(last).matching(filter());
    volvox
        .cluster()
        .events(
            follow ? request.following() : request,
            page -> {
              print(page);
              return !streams().out().checkError();
            });
  }

  private void print(EventMessage.Page page) {
    boolean isTable = !root().isJson();
    if (isTable && isHeadDue) {
      streams().out().println(EventLines.HEAD);
    } else if (follow && !isHeadDue && page.isCut()) {
      streams().say("too many events at once: some before these are not shown");
    }
    if (isHeadDue && !page.missing().isEmpty()) {
      streams().say("without the events of " + page.missing() + ", which do not answer");
    }
    isHeadDue = false;
    for (Event event : page.events()) {
      streams().out().println(isTable ? EventLines.line(event) : EventLine.write(event));
    }
  }

  private void shiViz(Cluster.History history) {
    EventFilter filter = filter();
    List<Event> wanted = history.events().stream().filter(filter::matches).toList();
    List<Event> shown = wanted.subList(Math.max(0, wanted.size() - last), wanted.size());
    new ShiVizLog(shown, history.order()).lines().forEach(streams().out()::println);
    if (!history.missing().isEmpty()) {
      streams().say("without the events of " + history.missing() + ", which do not answer");
    }
  }
}
