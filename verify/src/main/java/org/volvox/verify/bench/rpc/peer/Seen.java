package org.volvox.verify.bench.rpc.peer;

import java.util.Arrays;
import java.util.StringJoiner;
import org.volvox.verify.bench.Load;

/**
 * What a caller's process saw in a round.
 *
 * @param allocated bytes in the caller's process for one call
 */
public record Seen(Load.Sample load, double allocated) {
  /** As a line. */
  public String text() {
    StringJoiner text = new StringJoiner(" ");
    for (double each :
        new double[] {
          load.perSecond(),
          load.p50Millis(),
          load.p99Millis(),
          load.p999Millis(),
          load.serverMicros(),
          load.clientMicros(),
          load.failures(),
          allocated
        }) {
      text.add(Double.toString(each));
    }
    return text.toString();
  }

  public static Seen parse(String line) {
    double[] each = Arrays.stream(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    return new Seen(
        new Load.Sample(each[0], each[1], each[2], each[3], each[4], each[5], (long) each[6]),
        each[7]);
  }
}
