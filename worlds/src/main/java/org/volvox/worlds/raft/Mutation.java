package org.volvox.worlds.raft;

import org.volvox.consensus.raft.Rules;

/** The rules that a run keeps to; {@link #NONE} breaks none. */
public record Mutation(String name, Rules core, WorldRules world) {
  public static final Mutation NONE = new Mutation("none", Rules.PAPER, WorldRules.ALL);

  /** The name as one word. */
  public String id() {
    return name.replace(' ', '-').replace("'", "").replace("()", "");
  }
}
