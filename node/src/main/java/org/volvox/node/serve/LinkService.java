package org.volvox.node.serve;

import java.time.Duration;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.LinkRule;
import org.volvox.rpc.LinkPolicy;

/**
 * Faults on the links of a local cluster's node, as {@code net cut}, {@code slow} and {@code drop}
 * ask for them. A rule works on what the node sends; a cut works on both directions, so that one
 * node alone can be isolated.
 */
public final class LinkService {
  private final NodeId self;
  private final LinkPolicy links;

  public LinkService(NodeId self, LinkPolicy links) {
    this.self = self;
    this.links = links;
  }

  /** Puts the rules of a LINK_POLICY call in force; says which. */
  List<LinkRule> set(Bytes request) throws CallException {
    if (!links.isEnabled()) {
      throw new CallException(
          CallStatus.NOT_ALLOWED, "only the nodes of a local cluster take link faults");
    }
    try {
      List<LinkRule> rules = LinkRule.decodeAll(request);
      rules.forEach(rule -> put(rule.isHealed() ? rule : onTop(rule)));
      return rules;
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private void put(LinkRule rule) {
    if (rule.peer().equals(self)) {
      links.leaderless(Duration.ofMillis(rule.delayMillis()));
      return;
    }
    links.set(rule.peer(), out(rule), in(rule));
  }

  /** A slow link that loses frames too stays slow: faults add up until the link is healed. */
  private LinkRule onTop(LinkRule rule) {
    LinkRule old = shown(rule.peer(), links.link(rule.peer()));
    return new LinkRule(
        rule.peer(),
        rule.isCut() || old.isCut(),
        rule.delayMillis() > 0 ? rule.delayMillis() : old.delayMillis(),
        rule.dropPercent() > 0 ? rule.dropPercent() : old.dropPercent());
  }

  static LinkRule shown(NodeId peer, LinkPolicy.Link link) {
    return new LinkRule(
        peer, link.out().cut(), (int) link.out().delay().toMillis(), link.out().dropPercent());
  }

  private static org.volvox.rpc.LinkRule out(LinkRule rule) {
    return new org.volvox.rpc.LinkRule(
        rule.isCut(), Duration.ofMillis(rule.delayMillis()), rule.dropPercent());
  }

  private static org.volvox.rpc.LinkRule in(LinkRule rule) {
    return rule.isCut() ? org.volvox.rpc.LinkRule.CUT : org.volvox.rpc.LinkRule.NONE;
  }
}
