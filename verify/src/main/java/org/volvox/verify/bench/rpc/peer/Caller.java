package org.volvox.verify.bench.rpc.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.volvox.verify.bench.Load;

/** The callers of one system; connections stay from round to round. */
final class Caller {
  private final Family family;
  private final Place place;
  private final List<Line> lines = new ArrayList<>();

  Caller(Family family, Place place) {
    this.family = family;
    this.place = place;
  }

  Seen run(Round round) throws Exception {
    while (lines.size() < round.connections()) lines.add(family.connect(place));
    byte[] payload = new byte[round.bytes()];
    new Random(1).nextBytes(payload);
    List<Load.Client> clients = new ArrayList<>();
    while (clients.size() < round.callers()) {
      Line line = lines.get(clients.size() % round.connections());
      clients.add(client(line, round, payload));
    }
    long before = Side.allocated();
    Load.Sample sample =
        Load.drive(clients, List.of(round.server()), Duration.ZERO, round.measured());
    double calls = sample.perSecond() * round.measured().toNanos() / 1e9;
    return new Seen(sample, (Side.allocated() - before) / Math.max(1, calls));
  }

  private static Load.Client client(Line line, Round round, byte[] payload) {
    return switch (round.drive()) {
      case PLATFORM -> Load.platform(line.operation(round.work(), payload));
      case VIRTUAL -> Load.virtual(line.operation(round.work(), payload));
      case CALLBACKS -> Load.begun(line.begun(round.work(), payload));
    };
  }
}
