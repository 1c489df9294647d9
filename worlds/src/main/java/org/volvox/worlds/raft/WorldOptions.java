package org.volvox.worlds.raft;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.RaftConfig;
import org.volvox.sim.disk.DiskOptions;
import org.volvox.sim.net.NetworkOptions;

/**
 * How one run is set up, drawn from its seed: swarm testing, so that runs differ in kind.
 *
 * @param appendBytesMax small makes every append carry one entry
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
    int batchMicros,
    int applyMicros,
    int thinkMicros,
    int huntMicros,
    int driftNanosMax) {
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
        0,
        100,
        0,
        0,
        0);
  }

  /** Draws a cluster of one to seven, mostly three or five. */
  public static WorldOptions draw(Prng prng) {
    int[] sizes = {1, 2, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7};
    NetworkOptions network = NetworkOptions.draw(prng);
    boolean hunts = prng.below(3) == 0;
    // Leaders that are hunted fall in the middle of something only if there is a middle: entries
    // that travel one by one, and a time to strike of about a message's.
    boolean small = prng.below(hunts ? 2 : 4) == 0;
    int travelMicros = 500 + 2 * (network.delayMicrosMin() + network.delayMicrosSpread());
    return new WorldOptions(
        sizes[prng.below(sizes.length)],
        prng.between(1, 4),
        network,
        DiskOptions.draw(prng),
        small ? 1 : prng.between(64, 4096),
        small || prng.below(4) == 0 ? 1 : prng.between(2, 64),
        prng.below(3) == 0 ? 64 : 1 << 20,
        prng.below(2) == 0 ? 2048 : 1 << 15,
        prng.below(2) == 0 ? 0 : prng.between(1, 2_000),
        prng.between(1, prng.below(4) == 0 ? 50_000 : 500),
        prng.between(1_000, 150_000),
        hunts ? prng.between(100, travelMicros) : 0,
        prng.below(2) == 0 ? 0 : prng.between(1, 30));
  }

  RaftConfig raftConfig(NodeId self, List<NodeId> voters) {
    return new RaftConfig(
        self,
        Membership.of(voters),
        Duration.ofMillis(50),
        Duration.ofMillis(500),
        Duration.ofMillis(1000),
        Duration.ofMillis(50),
        appendBytesMax,
        inFlightMax,
        tailBytesMax,
        1 << 16,
        64,
        1 << 16,
        Optional.empty());
  }
}
