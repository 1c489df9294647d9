package org.volvox.verify.bench.rpc.peer;

import java.time.Duration;
import java.util.List;

/**
 * What a caller's process is told to do.
 *
 * @param bytes of a payload
 * @param callers that call at the same time, spread over the connections
 * @param server whose time of the processor is taken
 */
public record Round(
    Work work,
    Drive drive,
    int bytes,
    int callers,
    int connections,
    Duration measured,
    long server) {
  /** As a line. */
  public String text() {
    return String.join(
        " ",
        work.name(),
        drive.name(),
        Integer.toString(bytes),
        Integer.toString(callers),
        Integer.toString(connections),
        Long.toString(measured.toMillis()),
        Long.toString(server));
  }

  public static Round parse(String line) {
    List<String> words = List.of(line.split(" ", -1));
    return new Round(
        Work.valueOf(words.get(0)),
        Drive.valueOf(words.get(1)),
        Integer.parseInt(words.get(2)),
        Integer.parseInt(words.get(3)),
        Integer.parseInt(words.get(4)),
        Duration.ofMillis(Long.parseLong(words.get(5))),
        Long.parseLong(words.get(6)));
  }
}
