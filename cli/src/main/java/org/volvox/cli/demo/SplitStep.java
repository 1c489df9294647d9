package org.volvox.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Status;
import org.volvox.calls.message.LinkRule;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.Human;
import org.volvox.cli.cluster.Leadership;
import org.volvox.cli.cluster.Links;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;

/**
 * Step 5: cuts the leader off from the other two, alive; shows what each side believes and does,
 * heals, and compares.
 */
final class SplitStep implements Step {
  /** Far more than the second or so after which a node that hears nobody refuses by itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration INSIGHT_MAX = Duration.ofSeconds(20);

  private static final String OLD_PATH = Stage.FOLDER + "/written-through-old";
  private static final String NEW_PATH = Stage.FOLDER + "/written-through-new";

  @Override
  public String name() {
    return "split";
  }

  /** What was seen while the two sides were apart. */
  private record Apart(NodeStatus leader, Optional<NodeStatus> oldBelief) {}

  @Override
  public void run(Stage stage) throws IOException, InterruptedException, Wrong {
    NodeId first = stage.local().nodes().getFirst();
    NodeStatus old;
    try (Volvox volvox = stage.through(first)) {
      old = stage.leader(volvox);
    }
    try (Volvox volvox = stage.through(first);
        Volvox cutOff = stage.through(old.node(), PATIENCE)) {
      cutOff.files().mkdir(Stage.FOLDER, true); // It has its session before the cut.
      Links links = new Links(volvox.cluster());
      Links.Sides sides = Links.Sides.around(old.node(), stage.local().nodes());
      links.set(sides, new LinkRule(old.node(), true, 0, 0));
      try {
        Apart apart = elect(stage, volvox, old);
        report(stage, old, apart);
        awaitInsight(volvox, old.node());
        requireRefusals(stage, cutOff, old.node(), apart.leader().node());
      } finally {
        links.heal();
      }
      compare(stage, volvox, old);
    }
  }

  /** Looks at both sides, the old one as often, until the new one has its leader. */
  private static Apart elect(Stage stage, Volvox volvox, NodeStatus old)
      throws InterruptedException, Wrong {
    List<NodeId> others = stage.others(old.node());
    Optional<NodeStatus> belief = Optional.empty();
    long deadline = System.nanoTime() + Stage.ELECTION_MAX.toNanos();
    while (deadline - System.nanoTime() > 0) {
      List<NodeStatus> answers = Leadership.ask(volvox.cluster(), others);
      Optional<NodeStatus> leader = Leadership.agreed(answers, stage.local().nodes().size());
      Optional<NodeStatus> own = volvox.cluster().own(old.node());
      if (leader.isPresent()) {
        // Asked after the new leader was seen: if it says that it leads, both did at one time.
        return new Apart(leader.get(), own.or(() -> Optional.empty()));
      }
      belief = own.isPresent() ? own : belief;
      Leadership.pause(Duration.ofMillis(5));
    }
    throw new Wrong(
        "the majority "
            + others
            + " has no leader after "
            + Stage.ELECTION_MAX.toSeconds()
            + " s; "
            + old.node()
            + " says "
            + belief.map(SplitStep::belief).orElse("nothing"));
  }

  private static String belief(NodeStatus status) {
    return status.role() == NodeStatus.Role.LEADER
        ? "it leads (term " + status.term() + ")"
        : "it follows "
            + status.leader().map(NodeId::toString).orElse("nobody")
            + " (term "
            + status.term()
            + ")";
  }

  private static void report(Stage stage, NodeStatus old, Apart apart) throws Wrong {
    NodeStatus now = apart.leader();
    Step.require(
        now.term().compareTo(old.term()) > 0,
        now.node() + " leads in term " + now.term() + ", not after term " + old.term());
    String others =
        stage.others(old.node()).stream()
            .map(NodeId::toString)
            .collect(Collectors.joining(" and "));
    NodeStatus said = apart.oldBelief().orElse(old);
    String believes =
        said.role() == NodeStatus.Role.LEADER
            ? old.node() + " still thinks it leads (term " + said.term() + ")"
            : old.node() + " led (term " + old.term() + ") and stepped down, for nobody answers it";
    stage
        .talk()
        .line(
            old.node()
                + " cut off from "
                + others
                + ": "
                + believes
                + ", "
                + now.node()
                + " leads (term "
                + now.term()
                + ")");
    stage
        .talk()
        .verified(
            "two sides, two terms",
            old.node() + " " + old.term() + ", " + now.node() + " " + now.term());
  }

  /**
   * A leader that hears no majority for an election timeout gives up by itself, and soon knows that
   * nobody answers it. Until then it may send on what it is asked, and could not say for certain
   * that nothing was written.
   */
  private static void awaitInsight(Volvox volvox, NodeId old) throws InterruptedException, Wrong {
    long deadline = System.nanoTime() + INSIGHT_MAX.toNanos();
    while (!isAlone(volvox.cluster().seenBy(old), old)) {
      Step.require(
          deadline - System.nanoTime() > 0,
          old + ", cut off, has not noticed it after " + INSIGHT_MAX.toSeconds() + " s");
      Leadership.pause(Duration.ofMillis(20));
    }
  }

  private static boolean isAlone(List<NodeStatus> seen, NodeId old) {
    return !seen.isEmpty()
        && seen.stream()
            .allMatch(node ->
                node.node().equals(old) ? node.role() != NodeStatus.Role.LEADER : !node.isUp());
  }

  private static void requireRefusals(Stage stage, Volvox cutOff, NodeId old, NodeId now)
      throws IOException, InterruptedException, Wrong {
    long asked = System.nanoTime();
    VolvoxException write = refusal(() -> cutOff.files().mkdir(OLD_PATH, false), "a write", old);
    Duration writeSpan = Duration.ofNanos(System.nanoTime() - asked);
    String why = String.valueOf(write.getMessage());
    Step.require(
        write.kind() != VolvoxException.Kind.UNKNOWN,
        "a write through " + old + " was not refused but left unknown: " + why);
    refusal(() -> cutOff.files().stat(Stage.FOLDER), "a linearizable read", old);
    long begun = System.nanoTime();
    try (Volvox majority = stage.through(now)) {
      majority.files().mkdir(NEW_PATH, false);
      majority.files().stat(NEW_PATH);
    }
    Duration newSpan = Duration.ofNanos(System.nanoTime() - begun);
    stage
        .talk()
        .line(
            "write and read through "
                + old
                + " refused after "
                + Human.span(writeSpan)
                + "; through "
                + now
                + " done in "
                + Human.span(newSpan));
    stage.talk().line("  (" + why + ")");
    stage.talk().verified("write and read through " + old, "refused");
    stage.talk().verified("write and read through " + now, "done");
  }

  /** Something that must not succeed. */
  private interface Forbidden {
    void attempt() throws VolvoxException, InterruptedException;
  }

  private static VolvoxException refusal(Forbidden forbidden, String what, NodeId node)
      throws InterruptedException, Wrong {
    try {
      forbidden.attempt();
    } catch (VolvoxException e) {
      return e;
    }
    throw new Wrong(what + " through " + node + " succeeded though it was cut off");
  }

  private static void compare(Stage stage, Volvox volvox, NodeStatus old)
      throws IOException, InterruptedException, Wrong {
    List<NodeStatus> nodes = stage.awaitEqualLogs(volvox);
    NodeStatus any = nodes.getFirst();
    NodeId leader = any.leader().orElseThrow();
    try (Volvox through = stage.through(old.node())) {
      through.files().stat(NEW_PATH);
      boolean invented = true;
      try {
        through.files().stat(OLD_PATH);
      } catch (VolvoxException e) {
        invented = !e.is(Status.NOT_FOUND);
      }
      Step.require(!invented, OLD_PATH + " is there though it was refused");
    }
    stage
        .talk()
        .line(
            "healed: "
                + old.node()
                + (leader.equals(old.node()) ? " leads again" : " follows " + leader)
                + " (term "
                + any.term()
                + "), all logs equal at index "
                + any.lastIndex());
    stage
        .talk()
        .verified(
            "logs of all nodes: last index, term, applied",
            "equal at " + any.lastIndex() + ", " + any.lastTerm());
    stage.talk().verified("refused write / accepted write after the heal", "absent / there");
  }
}
