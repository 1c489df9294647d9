package org.volvox.calls.message;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * What a node of a local cluster does to its link to one peer: nothing passes, or what it sends
 * waits, or a share of it is lost. A LINK_POLICY call carries rules; each adds to the node's rule
 * for that peer, and {@link #NONE_DELAY} with nothing cut or dropped takes it away. The answer is
 * empty. A rule of a node for itself: it takes no part in Raft for {@code delayMillis}.
 *
 * <pre>
 * u8 version   u32 count   { u16 peer   bool cut   u32 delay (ms)   u8 drop (percent) } *
 * </pre>
 */
public record LinkRule(NodeId peer, boolean isCut, int delayMillis, int dropPercent) {
  public static final int NONE_DELAY = 0;
  public static final int DELAY_MILLIS_MAX = 60_000;
  private static final int BYTES = 8;

  public LinkRule {
    if (delayMillis < 0 || delayMillis > DELAY_MILLIS_MAX || dropPercent < 0 || dropPercent > 100) {
      throw new IllegalArgumentException(
          "link rule of " + delayMillis + " ms and " + dropPercent + " %");
    }
  }

  /** A link as it should be. */
  public static LinkRule healed(NodeId peer) {
    return new LinkRule(peer, false, NONE_DELAY, 0);
  }

  public boolean isHealed() {
    return !isCut && delayMillis == NONE_DELAY && dropPercent == 0;
  }

  public static Bytes encodeAll(List<LinkRule> rules) {
    ByteWriter out = Versions.writer(5 + BYTES * rules.size()).u32(rules.size());
    for (LinkRule rule : rules) {
      out.u16(rule.peer.value()).bool(rule.isCut).u32(rule.delayMillis).u8(rule.dropPercent);
    }
    return out.toBytes();
  }

  public static List<LinkRule> decodeAll(Bytes bytes) throws MalformedException {
    ByteReader in = Versions.reader(bytes, "link rules");
    int count = in.count(BYTES);
    List<LinkRule> rules = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      NodeId peer =
          NodeStatus.nodeId(in).orElseThrow(() -> new MalformedException("link to node 0"));
      boolean cut = in.bool();
      int delayMillis = in.u32();
      int dropPercent = in.u8();
      if (delayMillis < 0 || delayMillis > DELAY_MILLIS_MAX || dropPercent > 100) {
        throw new MalformedException(
            "link rule of " + delayMillis + " ms and " + dropPercent + " %");
      }
      rules.add(new LinkRule(peer, cut, delayMillis, dropPercent));
    }
    in.end();
    return rules;
  }

  @Override
  public String toString() {
    if (isCut) {
      return peer + " cut";
    }
    String delay = delayMillis == 0 ? "" : " +" + delayMillis + " ms";
    return peer + delay + (dropPercent == 0 ? "" : " -" + dropPercent + " %");
  }
}
