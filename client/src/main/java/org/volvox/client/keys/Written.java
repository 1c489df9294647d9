package org.volvox.client.keys;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.calls.message.DataMessage;

/**
 * A value that somebody put and nobody has replaced or erased.
 *
 * @param millis wall time of its writer's hybrid clock (Kulkarni and others 2014), by which the
 *     last writer is told
 * @param counter of that clock, where times are equal
 * @param replica which wrote it
 */
@Api
public record Written(Bytes value, long millis, int counter, long replica) {
  static List<Written> all(DataMessage.Atom atom) {
    return atom.entries().stream()
        .map(each -> new Written(each.value(), each.millis(), each.counter(), each.replica()))
        .toList();
  }

  static Optional<Bytes> last(DataMessage.Atom atom) {
    return atom.entries().isEmpty()
        ? Optional.empty()
        : Optional.of(atom.entries().getLast().value());
  }
}
