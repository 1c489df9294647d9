package org.volvox.base.event;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * All receives of a node from other nodes between two numbers of its own, which it remembers for a
 * while: {@code before} is its frontier behind event {@code from}, {@code receives} are those above
 * it, ascending, up to {@code through}.
 *
 * <pre>
 * u16 node   u64 from   u64 through   frontier   u32 count, receives
 * </pre>
 */
public record RecentReceives(
    NodeId node, long from, long through, Frontier before, List<Receive> receives) {
  public RecentReceives {
    receives = List.copyOf(receives);
  }

  public void write(ByteWriter out) {
    out.u16(node.value()).u64(from).u64(through);
    before.write(out);
    out.u32(receives.size());
    receives.forEach(receive -> receive.write(out));
  }

  public static RecentReceives read(ByteReader in) throws MalformedException {
    NodeId node = Stamps.node(in);
    long from = in.u64();
    long through = in.u64();
    Frontier before = Frontier.read(in);
    int count = in.count(Receive.BYTES);
    List<Receive> receives = new ArrayList<>(count);
    long last = from;
    for (int i = 0; i < count; i++) {
      Receive receive = Receive.read(in);
      if (receive.at() <= last || receive.at() > through) {
        throw new MalformedException("receive " + receive.at() + " behind " + last);
      }
      last = receive.at();
      receives.add(receive);
    }
    return new RecentReceives(node, from, through, before, receives);
  }
}
