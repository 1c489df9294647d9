package org.volvox.cli.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.calls.message.LinkRule;
import org.volvox.cli.Failure;
import org.volvox.cli.Parse;
import org.volvox.client.Cluster;
import org.volvox.client.VolvoxException;

/** Puts the same rule on both ends of links; used by net and by the demo. */
public final class Links {
  private final Cluster cluster;

  /** The links are those between a node of the left and one of the right. */
  public record Sides(List<NodeId> left, List<NodeId> right) {
    public Sides {
      left = List.copyOf(left);
      right = List.copyOf(right);
    }

    public static Sides around(NodeId node, List<NodeId> all) {
      return new Sides(List.of(node), all.stream().filter(other -> !other.equals(node)).toList());
    }
  }

  public Links(Cluster cluster) {
    this.cluster = cluster;
  }

  /** n3, n1-n2, or n1|n2,n3. */
  static Sides parse(String text, List<NodeId> all) {
    Sides sides;
    if (text.contains("|") || text.contains("-")) {
      List<String> parts = List.of(text.split("[|-]", -1));
      if (parts.size() != 2) {
        throw Failure.usage("not a set of links: " + text, "Such as n3, n1-n2 or 'n1|n2,n3'.");
      }
      sides = new Sides(Parse.nodes(parts.getFirst()), Parse.nodes(parts.getLast()));
    } else {
      List<NodeId> left = Parse.nodes(text);
      sides = new Sides(left, all.stream().filter(node -> !left.contains(node)).toList());
    }
    List<NodeId> named = new ArrayList<>(sides.left());
    named.addAll(sides.right());
    if (!all.containsAll(named) || named.stream().distinct().count() < named.size()) {
      throw Failure.usage(
          "no such links: " + text, "Nodes of this cluster: " + all + ", each on one side.");
    }
    if (sides.right().isEmpty()) {
      throw Failure.usage("no link leads out of " + text, "Name fewer nodes.");
    }
    return sides;
  }

  /**
   * Tells all nodes that answer; gives how many, at least one. A rule on one end is enough for a
   * cut.
   */
  public int set(Sides sides, LinkRule rule) throws VolvoxException, InterruptedException {
    Telling telling = new Telling(sides.left().size() + sides.right().size());
    telling.tell(sides.left(), sides.right(), rule);
    telling.tell(sides.right(), sides.left(), rule);
    return telling.told();
  }

  public int heal() throws VolvoxException, InterruptedException {
    List<NodeId> all = cluster.ids();
    Telling telling = new Telling(all.size());
    for (NodeId node : all) {
      telling.tell(List.of(node), all, LinkRule.healed(node));
    }
    return telling.told();
  }

  /** No node takes part in Raft for so long; gives how many were told. */
  int leaderless(Duration time) throws VolvoxException, InterruptedException {
    List<NodeId> all = cluster.ids();
    Telling telling = new Telling(all.size());
    for (NodeId node : all) {
      telling.tell(
          List.of(node), List.of(node), new LinkRule(node, false, (int) time.toMillis(), 0));
    }
    return telling.told();
  }

  /**
   * Tells nodes and counts those that answer; if none does, nothing was done. All together have the
   * client's time, and each that is left an equal part of what is left of it.
   */
  private final class Telling {
    private final long endNanos = System.nanoTime() + cluster.timeout().toNanos();
    private int left;
    private int told;
    private Optional<VolvoxException> last = Optional.empty();

    Telling(int nodes) {
      left = nodes;
    }

    void tell(List<NodeId> nodes, List<NodeId> peers, LinkRule rule)
        throws VolvoxException, InterruptedException {
      List<LinkRule> rules =
          peers.stream()
              .map(peer -> new LinkRule(peer, rule.isCut(), rule.delayMillis(), rule.dropPercent()))
              .toList();
      for (NodeId node : nodes) {
        try {
          Duration share = Duration.ofNanos((endNanos - System.nanoTime()) / left--);
          cluster.setLinks(node, rules, share);
          told++;
        } catch (VolvoxException e) {
          if (e.kind() != VolvoxException.Kind.UNREACHABLE) {
            throw e;
          }
          last = Optional.of(e);
        }
      }
    }

    int told() throws VolvoxException {
      if (told == 0 && last.isPresent()) {
        throw last.get();
      }
      return told;
    }
  }
}
