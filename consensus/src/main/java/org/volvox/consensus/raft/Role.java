package org.volvox.consensus.raft;

/**
 * What a node is in a term (section 5.1); PRE_CANDIDATE asks before it raises the term (thesis
 * 9.6).
 */
public enum Role {
  FOLLOWER,
  PRE_CANDIDATE,
  CANDIDATE,
  LEADER
}
