package org.volvox.verify.sim;

import java.time.Duration;
import java.util.List;
import org.volvox.worlds.raft.Campaign;
import org.volvox.worlds.raft.Mutation;
import org.volvox.worlds.raft.RunResult;

/** {@code ./dev sim raft}: many seeds of the Raft world. */
final class RaftRun implements Seeds.Runs {
  private static final int SEEDS_DEFAULT = 200;

  private final Campaign campaign = new Campaign();

  private RaftRun() {}

  static int run(SimOptions options) {
    return Seeds.run("raft", options.seeds().orElse(SEEDS_DEFAULT), options, new RaftRun());
  }

  @Override
  public void run(int seed) {
    campaign.run(seed, 1, Mutation.NONE, RaftRun::report);
  }

  private static void report(RunResult result) {
    if (result.failure().isPresent()) {
      System.out.println(result.text());
    }
  }

  @Override
  public int failures() {
    return campaign.failures();
  }

  @Override
  public String total() {
    List<String> never = campaign.total().coverage().never();
    return campaign.total().text()
        + (never.isEmpty() ? "\nevery kind of event came" : "\nnever came: " + never);
  }

  @Override
  public String digest() {
    return campaign.digest();
  }

  @Override
  public String rates(Duration took) {
    long millis = Math.max(1, took.toMillis());
    return ", "
        + campaign.total().events * 1000L / millis
        + " events/s, simulated time "
        + campaign.simulatedMicros() / 1000 / millis
        + " times real time";
  }

  @Override
  public String belowFloor() {
    return campaign.belowFloor();
  }
}
