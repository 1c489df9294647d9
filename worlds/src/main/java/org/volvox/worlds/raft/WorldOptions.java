package org.volvox.worlds.raft;

import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.RaftConfig;
import org.volvox.sim.disk.DiskOptions;
import org.volvox.sim.net.NetworkOptions;

/**
 * How one run is set up, drawn from its seed: swarm testing, so that runs differ in kind.
 *
 * @param appendBytesMax small makes every append carry one entry
 * @param limits how much fits into the queues of a machine
 * @param batchMicros how long a machine gathers proposals before it feeds them as one
 * @param thinkMicros the mean pause of a client between requests
 * @param huntMicros a new leader is crashed, stopped or cut off within this time; 0 for never
 * @param driftNanosMax how far a clock's rate is off, in nanoseconds each microsecond
 */
public record WorldOptions(
    int nodes,
    int clients,
    NetworkOptions network,
    DiskOptions disk,
    int appendBytesMax,
    int inFlightMax,
    int tailBytesMax,
    int segmentBytes,
    Limits limits,
    int batchMicros,
    int applyMicros,
    int thinkMicros,
    int huntMicros,
    int driftNanosMax,
    Growth growth) {
  /**
   * What makes logs short and members come and go.
   *
   * @param spares machines that are not members at first
   * @param churnMicros the mean time between two changes that the operator asks for; 0 for never
   * @param compactEvery a log is shortened when so many entries are in the durable state; 0 never
   * @param chunkPairs how many pairs of a snapshot travel at once
   * @param leasePerMille the drift of clocks that leases allow for; 0 for no leases
   * @param readsAnywhere clients read from any member, not from the leader only
   */
  public record Growth(
      int spares,
      int churnMicros,
      int compactEvery,
      int chunkPairs,
      int leasePerMille,
      boolean readsAnywhere) {
    public static final Growth NONE = new Growth(0, 0, 0, 100, 0, false);

    static Growth draw(Prng prng, int driftNanosMax) {
      boolean churns = prng.below(2) == 0;
      int[] thresholds = {1, 3, 10, 10, 40};
      return new Growth(
          churns ? prng.between(1, 4) : 0,
          churns ? prng.between(200_000, 4_000_000) : 0,
          prng.below(4) == 0 ? 0 : thresholds[prng.below(thresholds.length)],
          prng.below(3) == 0 ? prng.between(2, 50) : 1,
          prng.below(2) == 0 ? driftNanosMax + prng.between(1, 20) : 0,
          prng.below(2) == 0);
    }
  }

  /** The same with machines to come, and with leases for clocks that drift so much. */
  WorldOptions growing(int spares, int leasePerMille) {
    return new WorldOptions(
        nodes,
        clients,
        network,
        disk,
        appendBytesMax,
        inFlightMax,
        tailBytesMax,
        segmentBytes,
        limits,
        batchMicros,
        applyMicros,
        thinkMicros,
        huntMicros,
        driftNanosMax,
        new Growth(spares, 0, 0, growth.chunkPairs, leasePerMille, false));
  }

  /** Machines, members or not. */
  public int machines() {
    return nodes + growth.spares;
  }

  int chunkPairs() {
    return growth.chunkPairs;
  }

  /** How much a machine takes at once; what is more waits, or is told "busy". */
  public record Limits(
      int uncommittedBytesMax,
      int pendingReadsMax,
      int applyEntriesMax,
      int readBytesMax,
      int inFlightBytesMax) {
    public static final Limits WIDE = new Limits(1 << 16, 64, 16, 1 << 16, 1 << 16);

    /** One of each, so that every queue is full and every batch has one element. */
    public static final Limits ONE = new Limits(1, 1, 1, 1, 1);
  }

  /** Nothing is lost or random; paged makes messages carry one entry each, one at a time. */
  public static WorldOptions calm(int nodes, boolean paged) {
    return new WorldOptions(
        nodes,
        1,
        NetworkOptions.CALM,
        DiskOptions.PLAIN,
        paged ? 1 : 1 << 16,
        paged ? 1 : 64,
        1 << 20,
        1 << 15,
        Limits.WIDE,
        0,
        100,
        0,
        0,
        0,
        Growth.NONE);
  }

  /** Draws a cluster of one to seven, mostly three or five. */
  public static WorldOptions draw(Prng prng) {
    int[] sizes = {1, 2, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7};
    NetworkOptions network = NetworkOptions.draw(prng);
    boolean hunts = prng.below(3) == 0;
    // Leaders that are hunted fall in the middle of something only if there is a middle: entries
    // that travel one by one, and a time to strike of about a message's.
    boolean small = prng.below(hunts ? 2 : 4) == 0;
    boolean smallest = prng.below(8) == 0;
    int travelMicros = 500 + 2 * (network.delayMicrosMin() + network.delayMicrosSpread());
    int drift = prng.below(2) == 0 ? 0 : prng.between(1, 30);
    Growth growth = Growth.draw(prng.fork(), drift);
    return new WorldOptions(
        sizes[prng.below(sizes.length)],
        prng.between(1, 4),
        network,
        DiskOptions.draw(prng),
        small || smallest ? 1 : prng.between(64, 4096),
        small || smallest || prng.below(4) == 0 ? 1 : prng.between(2, 64),
        smallest ? 1 : prng.below(3) == 0 ? 64 : 1 << 20,
        smallest || prng.below(2) == 0 ? 2048 : 1 << 15,
        smallest ? Limits.ONE : Limits.WIDE,
        prng.below(2) == 0 ? 0 : prng.between(1, 2_000),
        prng.between(1, prng.below(4) == 0 ? 50_000 : 500),
        prng.between(1_000, 150_000),
        hunts ? prng.between(100, travelMicros) : 0,
        drift,
        growth);
  }

  /** The times are those of a node. */
  RaftConfig raftConfig(NodeId self, Membership initial) {
    RaftConfig stock = RaftConfig.of(self, initial);
    return new RaftConfig(
        self,
        stock.initial(),
        stock.heartbeat(),
        stock.electionTimeoutMin(),
        stock.electionTimeoutMax(),
        stock.peerGoneDelayMax(),
        appendBytesMax,
        inFlightMax,
        tailBytesMax,
        limits.uncommittedBytesMax,
        limits.pendingReadsMax,
        limits.inFlightBytesMax,
        growth.leasePerMille == 0
            ? Optional.empty()
            : Optional.of(new Ratio(growth.leasePerMille, 1000)));
  }
}
