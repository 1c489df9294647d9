package org.volvox.cli.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.volvox.base.NodeId;
import org.volvox.calls.message.LinkRule;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.cli.Suggest;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox net`: faults on the links of the local cluster, with no root needed. */
@Command(
    name = "net",
    description = "Breaks and heals the links between the nodes of a local cluster.",
    customSynopsis =
        "volvox net cut LINKS | slow LINKS TIME | drop LINKS SHARE | leaderless TIME | heal",
    footer = {
      "",
      "LINKS: n3 (all of its links), n1-n2 (one link), n1|n2,n3 (those between two groups).",
      "leaderless: no message of Raft passes, so that nobody leads; all else goes on.",
      "",
      "Examples:",
      "  volvox net cut n3",
      "  volvox net cut 'n1|n2,n3'",
      "  volvox net slow n1 200ms",
      "  volvox net drop n1-n2 5%%",
      "  volvox net leaderless 10s",
      "  volvox net heal"
    })
public final class NetCommand extends AbstractCommand {
  private static final List<String> ACTIONS = List.of("cut", "slow", "drop", "leaderless", "heal");

  @Parameters(index = "0", paramLabel = "ACTION", description = "what to do")
  private String action = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "LINKS", description = "which links")
  private String links = "";

  @Parameters(index = "2", arity = "0..1", paramLabel = "HOW", description = "a time or a share")
  private String how = "";

  public NetCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return ACTIONS;
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Suggest.require("net", action, ACTIONS);
    try (Volvox volvox = root().connect()) {
      Links target = new Links(volvox.cluster());
      if (action.equals("heal")) {
        streams().say("all links healed on " + Human.count(target.heal(), "node"));
        return ExitCode.DONE;
      }
      if (action.equals("leaderless")) {
        how = links;
        Duration time = Duration.ofMillis(millis());
        streams()
            .say(
                "nobody leads for "
                    + Human.span(time)
                    + " on "
                    + Human.count(target.leaderless(time), "node"));
        return ExitCode.DONE;
      }
      if (links.isEmpty()) {
        throw Failure.usage("net " + action + ": which links?", "Such as n3, n1-n2 or 'n1|n2,n3'.");
      }
      Links.Sides sides = Links.parse(links, volvox.cluster().ids());
      int told = target.set(sides, rule(sides.left().getFirst()));
      int ends = sides.left().size() + sides.right().size();
      String silent =
          told < ends ? " (" + Human.count(ends - told, "node") + " of these did not answer)" : "";
      streams()
          .say(
              said()
                  + " between "
                  + names(sides.left())
                  + " and "
                  + names(sides.right())
                  + silent
                  + "; undo: volvox net heal");
    }
    return ExitCode.DONE;
  }

  private LinkRule rule(NodeId peer) {
    return switch (action) {
      case "slow" -> new LinkRule(peer, false, millis(), 0);
      case "drop" -> new LinkRule(peer, false, 0, Parse.percent(required("a share, such as 5%")));
      default -> new LinkRule(peer, true, 0, 0);
    };
  }

  private int millis() {
    long millis = Parse.span(required("a time, such as 200ms")).toMillis();
    if (millis > LinkRule.DELAY_MILLIS_MAX) {
      throw Failure.usage("more than a minute: " + how, "At most 60s.");
    }
    return (int) millis;
  }

  private String required(String what) {
    if (how.isEmpty()) {
      throw Failure.usage("net " + action + " wants " + what, "More: volvox net --help");
    }
    return how;
  }

  private String said() {
    return switch (action) {
      case "slow" -> how + " slower";
      case "drop" -> how + " lost";
      default -> "cut";
    };
  }

  private static String names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::toString).collect(Collectors.joining(", "));
  }
}
