package org.volvox.node.folder;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.base.Ratio;

/**
 * Who is in the cluster and where, as cluster.json and node.json say it. A local cluster lives on
 * one machine's loopback and is the only kind that takes link policies.
 *
 * @param leaseDrift by how much the nodes' clocks may drift, if leaders are to answer reads by a
 *     lease (thesis 6.4.1); empty to ask the others each time
 * @param engine who keeps the replicated log, by its name
 */
public record ClusterConfig(
    ClusterId clusterId,
    boolean local,
    Optional<Ratio> leaseDrift,
    String engine,
    List<Member> members) {
  /** The node's own Raft. */
  public static final String OWN_ENGINE = "raft";

  /** A node and the address that it listens on; the host is a literal address. */
  public record Member(NodeId id, String host, int port) {
    public InetSocketAddress address() {
      return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
      return id + " at " + host + ":" + port;
    }
  }

  public ClusterConfig {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("a cluster of no nodes");
    }
  }

  /** One on the node's own Raft, whose leaders ask before each read. */
  public ClusterConfig(ClusterId clusterId, boolean local, List<Member> members) {
    this(clusterId, local, Optional.empty(), OWN_ENGINE, members);
  }

  ClusterConfig withMembers(List<Member> next) {
    return new ClusterConfig(clusterId, local, leaseDrift, engine, next);
  }

  public List<NodeId> nodes() {
    return members.stream().map(Member::id).sorted().toList();
  }

  /** Where a node listens that belongs to the cluster. */
  public InetSocketAddress address(NodeId id) {
    return member(id)
        .orElseThrow(() -> new IllegalStateException(id + " is not in its own cluster"))
        .address();
  }

  public Optional<Member> member(NodeId id) {
    return members.stream().filter(member -> member.id().equals(id)).findFirst();
  }
}
