package org.volvox.consensus.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.consensus.quorum.Majority;

/**
 * Who the acceptors are. While they change, each phase wants a majority of those {@code before} and
 * one of those of {@code now}; else {@code before} is empty. Another set has another epoch, and a
 * set follows the one of the epoch before only: a settled one a joint one, a joint one its own
 * {@code now}.
 */
public record Acceptors(long epoch, List<Seat> before, List<Seat> now) {
  /** Nobody is known yet: nothing can be chosen. */
  public static final Acceptors NONE = new Acceptors(0, List.of(), List.of());

  private static final int SEAT_BYTES = 10;

  /**
   * An acceptor without a break since that epoch. What it knows from an earlier time is worth
   * nothing: the others have gone on without it.
   */
  public record Seat(NodeId node, long since) {}

  public Acceptors {
    before = List.copyOf(before);
    now = List.copyOf(now);
  }

  /** Those of a cluster's first epoch. */
  public static Acceptors first(List<NodeId> nodes) {
    return new Acceptors(1, List.of(), nodes.stream().map(node -> new Seat(node, 1)).toList());
  }

  /** On the way from these to others. */
  public Acceptors toward(List<NodeId> next) {
    List<Seat> seats = new ArrayList<>();
    for (NodeId node : next) {
      seats.add(
          now.stream()
              .filter(seat -> seat.node.equals(node))
              .findFirst()
              .orElse(new Seat(node, epoch + 1)));
    }
    return new Acceptors(epoch + 1, now, seats);
  }

  /** The change is done: whatever was chosen is chosen among those of now. */
  public Acceptors settled() {
    return new Acceptors(epoch + 1, List.of(), now);
  }

  public boolean isJoint() {
    return !before.isEmpty();
  }

  /** Every one of them, by id. */
  public List<NodeId> all() {
    TreeSet<NodeId> all = new TreeSet<>();
    before.forEach(seat -> all.add(seat.node));
    now.forEach(seat -> all.add(seat.node));
    return List.copyOf(all);
  }

  /** Whether what a node knows since {@code earlier} is what it knows as one of these acceptors. */
  boolean continues(NodeId node, Acceptors earlier) {
    return Stream.concat(before.stream(), now.stream())
        .anyMatch(seat -> seat.node.equals(node) && seat.since <= earlier.epoch);
  }

  /** Whether any two such sets, of this epoch or of the one before or after, share a node. */
  public boolean isQuorum(Set<NodeId> nodes) {
    return !now.isEmpty()
        && isMajority(nodes, now)
        && (before.isEmpty() || isMajority(nodes, before));
  }

  private static boolean isMajority(Set<NodeId> nodes, List<Seat> of) {
    return of.stream().filter(seat -> nodes.contains(seat.node)).count() >= Majority.of(of.size());
  }

  /** For people, such as {@code n2, n3, n4 (epoch 5)}. */
  public String text() {
    return (isJoint() ? names(before) + " to " : "") + names(now) + " (epoch " + epoch + ")";
  }

  private static String names(List<Seat> seats) {
    return seats.stream().map(seat -> seat.node.toString()).collect(Collectors.joining(", "));
  }

  /** u64 epoch, then those before and those of now: u32 count, u16 node and u64 since of each. */
  public void write(ByteWriter out) {
    out.u64(epoch);
    writeSeats(out, before);
    writeSeats(out, now);
  }

  private static void writeSeats(ByteWriter out, List<Seat> seats) {
    out.u32(seats.size());
    seats.forEach(seat -> out.u16(seat.node.value()).u64(seat.since));
  }

  public static Acceptors read(ByteReader in) throws MalformedException {
    long epoch = in.u64();
    if (epoch < 0) {
      throw new MalformedException("epoch " + epoch);
    }
    return new Acceptors(epoch, readSeats(in), readSeats(in));
  }

  private static List<Seat> readSeats(ByteReader in) throws MalformedException {
    int count = in.count(SEAT_BYTES);
    if (count > Majority.VOTERS_MAX) {
      throw new MalformedException(count + " acceptors");
    }
    List<Seat> seats = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int node = in.u16();
      if (node == 0 || seats.stream().anyMatch(seat -> seat.node.value() == node)) {
        throw new MalformedException("acceptor " + node);
      }
      seats.add(new Seat(new NodeId(node), in.u64()));
    }
    return seats;
  }
}
