package org.volvox.node.serve;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.consensus.raft.Member;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.RaftView;
import org.volvox.node.folder.ClusterConfig;

/**
 * Who belongs to the cluster and where they are, as the log says it now; whoever depends on it is
 * told of each change. Any thread may ask.
 *
 * <ol>
 *   <li>The membership in the log is the only truth. The folder's node.json has the addresses of
 *       those who were there when the node was made, for a start without a log.
 *   <li>Dialled are the members, and, until the log has brought a node to where it is one itself,
 *       those of its node.json; also a candidate that is looked at before it becomes a member.
 *   <li>Dialled are also nodes that said of late where they are: the log of one that was away, or
 *       that joins, says who there was, and whoever leads now must be answered.
 * </ol>
 */
public final class Members {
  /** Nodes say where they are every 2 seconds. */
  private static final long MET_NANOS_MAX = 10_000_000_000L;

  private final NodeId self;
  private final ClusterConfig seeds;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<NodeId, InetSocketAddress> candidates = new TreeMap<>();
  private final Map<NodeId, Met> met = new TreeMap<>();
  private volatile Known known;

  /** Where a node said it is, and when. */
  private record Met(InetSocketAddress address, long nanos) {}

  /**
   * What is asked for with each command.
   *
   * @param selfFirst all nodes, this one before the others
   */
  private record Known(At at, List<NodeId> nodes, List<NodeId> selfFirst) {}

  /** A membership and the entry that it stands in, at the latest. */
  record At(Membership members, LogIndex index) {
    /** Whether it is no step of a change and cannot be undone. */
    boolean isSettled(LogIndex commit) {
      return !members.isJoint() && index.compareTo(commit) <= 0;
    }
  }

  /** {@code first} is what the log said when the node started, of whichever of its entries. */
  public Members(NodeId self, ClusterConfig seeds, RaftView first) {
    this.self = self;
    this.seeds = seeds;
    this.known = known(new At(first.members(), first.lastIndex()));
  }

  private Known known(At at) {
    List<Member> members = at.members().members();
    List<NodeId> nodes =
        members.isEmpty() ? seeds.nodes() : members.stream().map(Member::id).toList();
    List<NodeId> selfFirst = new ArrayList<>(List.of(self));
    nodes.stream().filter(node -> !node.equals(self)).forEach(selfFirst::add);
    return new Known(at, nodes, List.copyOf(selfFirst));
  }

  /** Called after each change, on whichever thread brings it; must not block. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Another membership is in force. */
  public void changed(Membership next, LogIndex index) {
    known = known(new At(next, index));
    listeners.forEach(Runnable::run);
  }

  public Membership now() {
    return at().members();
  }

  At at() {
    return known.at();
  }

  /** All nodes by id; as long as none is known, those of node.json. */
  public List<NodeId> nodes() {
    return known.nodes();
  }

  /** The same, this node before the others. */
  List<NodeId> selfFirst() {
    return known.selfFirst();
  }

  /** Those among which blocks are spread: all but who leaves or is being replaced. */
  public List<NodeId> stayers() {
    Membership now = now();
    List<NodeId> replaced =
        now.members().stream().flatMap(member -> member.replaces().stream()).toList();
    return now.members().stream()
        .filter(member -> !member.leaving() && !replaced.contains(member.id()))
        .map(Member::id)
        .toList();
  }

  /** Whether programs may still be placed there. */
  public boolean stays(NodeId node) {
    return stayers().contains(node);
  }

  /** Where a node listens, as host:port; empty if that is not known. */
  public String address(NodeId node) {
    return now()
        .member(node)
        .map(Member::address)
        .filter(address -> !address.isEmpty())
        .or(() -> seeds.member(node).map(seed -> seed.host() + ":" + seed.port()))
        .orElse("");
  }

  /** All others with their addresses. */
  public Map<NodeId, InetSocketAddress> peers() {
    Map<NodeId, InetSocketAddress> peers = new TreeMap<>();
    synchronized (candidates) {
      peers.putAll(candidates);
      met.values().removeIf(each -> System.nanoTime() - each.nanos() > MET_NANOS_MAX);
      met.forEach((node, each) -> peers.put(node, each.address()));
    }
    if (now().member(self).isEmpty()) {
      seeds.members().forEach(seed -> peers.put(seed.id(), seed.address()));
    }
    for (NodeId node : nodes()) {
      socket(address(node)).ifPresent(address -> peers.put(node, address));
    }
    peers.remove(self);
    return peers;
  }

  /** The others of a membership with their addresses, those of node.json if need be. */
  public static Map<NodeId, InetSocketAddress> others(
      NodeId self, Membership there, ClusterConfig seeds) {
    Map<NodeId, InetSocketAddress> others = new TreeMap<>();
    if (there.member(self).isEmpty()) {
      seeds.members().forEach(seed -> others.put(seed.id(), seed.address()));
    }
    for (Member member : there.members()) {
      socket(member.address())
          .or(() -> seeds.member(member.id()).map(ClusterConfig.Member::address))
          .ifPresent(address -> others.put(member.id(), address));
    }
    others.remove(self);
    return others;
  }

  /** A node said where it is; nothing new if it is a member there by what is known here. */
  void met(NodeId node, String address) {
    Optional<InetSocketAddress> at = socket(address);
    boolean isNews;
    synchronized (candidates) {
      isNews =
          at.isPresent()
              && now().member(node).isEmpty()
              && Optional.ofNullable(met.put(node, new Met(at.get(), System.nanoTime()))).isEmpty();
    }
    if (isNews) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Has a node dialled that is no member yet. */
  void consider(NodeId node, InetSocketAddress address) {
    synchronized (candidates) {
      candidates.put(node, address);
    }
    listeners.forEach(Runnable::run);
  }

  /** A candidate is a member by now, or will not be one. */
  void dismiss(NodeId node) {
    synchronized (candidates) {
      candidates.remove(node);
    }
    listeners.forEach(Runnable::run);
  }

  /** A literal address as host:port; empty if it is none. */
  static Optional<InetSocketAddress> socket(String address) {
    int colon = address.lastIndexOf(':');
    if (colon < 1 || !address.substring(colon + 1).matches("\\d{1,5}")) {
      return Optional.empty();
    }
    int port = Integer.parseInt(address.substring(colon + 1));
    return port < 1 || port > 0xFFFF
        ? Optional.empty()
        : Optional.of(new InetSocketAddress(address.substring(0, colon), port));
  }

  /** As {@code n1 voter, n4 joining for n1, n5 learner leaving}. */
  public static String described(Membership members) {
    return members.members().stream()
        .map(member ->
            member.id()
                + " "
                + member.kind().name().toLowerCase(Locale.ROOT)
                + member.replaces().map(id -> " for " + id).orElse("")
                + (member.leaving() ? " leaving" : ""))
        .collect(Collectors.joining(", "));
  }

  /** The voters that a cluster begins with, with their addresses. */
  public static Membership founders(ClusterConfig config) {
    List<Member> members = new ArrayList<>();
    for (ClusterConfig.Member each : config.members()) {
      members.add(
          new Member(
              each.id(),
              each.host() + ":" + each.port(),
              Member.Kind.VOTER,
              Member.PRIORITY_DEFAULT,
              Optional.empty(),
              false));
    }
    int lastId = members.stream().mapToInt(member -> member.id().value()).max().orElse(0);
    return new Membership(members, lastId);
  }
}
