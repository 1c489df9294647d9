package org.volvox.base.event;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/**
 * How far a node had heard each other one before an event of its own: of each, the receive that
 * brought the highest number. Whoever is not in it had not been heard. At most one of each origin.
 *
 * <pre>
 * u64 whole since   u16 count, receives
 * </pre>
 *
 * @param wholeSince the node's number at its last start after a sudden end, which had made it
 *     forget what it heard since its last recorded event; 0 if there was none. That is then the
 *     receive from somebody
 */
public record Frontier(long wholeSince, List<Receive> receives) {
  public static final Frontier NOTHING = new Frontier(0, List.of());

  public Frontier {
    receives = List.copyOf(receives);
  }

  void write(ByteWriter out) {
    out.u64(wholeSince).u16(receives.size());
    receives.forEach(receive -> receive.write(out));
  }

  static Frontier read(ByteReader in) throws MalformedException {
    long wholeSince = in.u64();
    int count = in.u16();
    if (wholeSince < 0 || count > in.remaining() / Receive.BYTES) {
      throw new MalformedException(
          count + " receives since " + wholeSince + " in " + in.remaining() + " bytes");
    }
    List<Receive> receives = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      receives.add(Receive.read(in));
    }
    return new Frontier(wholeSince, receives);
  }
}
