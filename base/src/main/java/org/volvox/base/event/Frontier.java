package org.volvox.base.event;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/**
 * How far a node had heard each other one before an event of its own: of each, the receive that
 * brought the highest number. Whoever is not in it had not been heard. At most one of each origin.
 */
public record Frontier(List<Receive> receives) {
  public static final Frontier NOTHING = new Frontier(List.of());

  public Frontier {
    receives = List.copyOf(receives);
  }

  void write(ByteWriter out) {
    out.u16(receives.size());
    receives.forEach(receive -> receive.write(out));
  }

  static Frontier read(ByteReader in) throws MalformedException {
    int count = in.u16();
    if (count > in.remaining() / Receive.BYTES) {
      throw new MalformedException(count + " receives in " + in.remaining() + " bytes");
    }
    List<Receive> receives = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      receives.add(Receive.read(in));
    }
    return new Frontier(receives);
  }
}
