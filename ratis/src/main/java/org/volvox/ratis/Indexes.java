package org.volvox.ratis;

import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Recovered.Place;

/** Ratis' numbers and names as the node has them, and back. */
final class Indexes {
  private Indexes() {}

  static LogIndex ours(long theirs) {
    return new LogIndex(Math.max(0, theirs + 1));
  }

  /** Minus one for no entry. */
  static long theirs(LogIndex ours) {
    return ours.value() - 1;
  }

  static TermIndex theirs(Place ours) {
    return TermIndex.valueOf(ours.term().value(), theirs(ours.index()));
  }

  static Place ours(TermIndex theirs) {
    return new Place(ours(theirs.getIndex()), new Term(theirs.getTerm()));
  }

  static RaftPeerId peer(NodeId node) {
    return RaftPeerId.valueOf(node.toString());
  }

  static NodeId node(RaftPeerId peer) {
    return new NodeId(Integer.parseInt(peer.toString().substring(1)));
  }
}
