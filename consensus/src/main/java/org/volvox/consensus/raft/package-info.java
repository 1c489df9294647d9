/**
 * Raft (Ongaro and Ousterhout 2014; Ongaro 2014, the dissertation) as a pure core: inputs in,
 * effects out. {@link org.volvox.consensus.raft.Raft} is the only entry point.
 *
 * <pre>
 * Input --&gt; Raft.step --&gt; Election     votes and pre-votes, by RoleState
 *                    --&gt; Follower     appends that arrive
 *                    --&gt; Replication  proposals, answers, commit, quorum check -+-&gt; Appender --&gt; Effect.Send
 *                    --&gt; Reads        ReadIndex rounds ------------------------+
 *           all on RaftState (term, vote, commit, LogTail); Leader holds a Progress for each follower
 *           Outbox gathers a step's effects: at most one Persist, answers behind what they promise
 * </pre>
 *
 * A message that promises something leaves in the {@code thenSend} of the write that makes it true;
 * everything else leaves at once, a leader's appends beside its own write. Snapshots and changes of
 * membership are not here yet; {@link org.volvox.consensus.raft.Raft} says where they will be.
 */
@NullMarked
package org.volvox.consensus.raft;

import org.jspecify.annotations.NullMarked;
