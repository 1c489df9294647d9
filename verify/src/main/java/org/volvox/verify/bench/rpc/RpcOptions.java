package org.volvox.verify.bench.rpc;

import java.time.Duration;
import java.util.List;
import org.volvox.verify.bench.RaceOptions;
import org.volvox.verify.bench.rpc.peer.Way;

/**
 * How calls are raced.
 *
 * @param race systems, lengths of payloads, callers (its clients), rounds and times
 * @param connections numbers of connections
 * @param ways what calls go over
 * @param hasStreams whether streams are raced too
 */
public record RpcOptions(
    RaceOptions race, List<Integer> connections, List<String> ways, boolean hasStreams) {
  /** The systems in the order of tables. */
  static final List<String> SYSTEMS = List.of("volvox", "rmi", "grpc", "echo");

  /** What `./dev bench rpc` runs unless told otherwise. */
  public static final RpcOptions DEFAULT =
      new RpcOptions(
          new RaceOptions(
              SYSTEMS,
              List.of(32, 4096),
              List.of(1, 64),
              7,
              Duration.ofSeconds(2),
              Duration.ofSeconds(40)),
          List.of(1, 8),
          Way.ALL,
          true);

  public RpcOptions {
    connections = List.copyOf(connections);
    ways = List.copyOf(ways);
  }

  /** These options but for what the words of a command line say. */
  public RpcOptions with(List<String> words) {
    return new RpcOptions(
        race.with(words, SYSTEMS),
        RaceOptions.numbers(words, "--connections", connections),
        RaceOptions.words(words, "--ways", ways, Way.ALL),
        hasStreams && !words.contains("--no-streams"));
  }
}
