/**
 * The repair of a damaged log from those of the other members, before this one takes part again, as
 * a pure core: {@link org.volvox.consensus.repair.LogRepair} asks, {@link
 * org.volvox.consensus.repair.RepairAnswers} answers. What is missing {@link
 * org.volvox.consensus.log.Salvage} knows.
 *
 * <pre>
 * Salvage.read --&gt; Salvaged --&gt; LogRepair.step --&gt; Ask ------&gt; RepairAnswers of another member,
 *                     ^   holes      |   ^                      in repair itself or not
 *                     +---- fill ----+   +------ Answer -------------+
 *                                    +-------&gt; FetchSnapshot, if all have purged it
 *                                    +-------&gt; Done --&gt; LogSwap.replace, then the usual start
 * </pre>
 *
 * <h2>Why it is right</h2>
 *
 * <p>What this member has acknowledged is its hard state and its entries. The hard state, the base
 * and the name (index, term) of the last entry are certain (a whole frame behind the damage says
 * them), so nothing is lost but contents. There is one entry of a name in the whole group, ever,
 * and the same ones are before it in every log (Log Matching, figure 3 of the paper). So whoever
 * has an entry of the name that is asked for has <em>the</em> entry, and knows the name of the one
 * before it: a chain of names from the top of a hole down to an entry that is here and has the same
 * name. It does not matter what is committed, who leads, whether who answers has replaced the entry
 * since, or is in repair itself. Entries that somebody has at the same index under another name
 * prove nothing.
 *
 * <p>A committed entry under another name at an index from the topmost hole on, where the names
 * here are certain, refutes what is here: it and all behind it was never committed, for no two
 * entries are at one index (State Machine Safety), and goes, as it would when a leader sends the
 * others. A snapshot takes the place of all up to its index, as in section 7: it is committed, and
 * a member in repair gives its own as well.
 *
 * <h2>What nobody has</h2>
 *
 * <p>If the entry of that name is on no other member, it is not shown that it was not committed,
 * not even when all others have said so:
 *
 * <ol>
 *   <li>This member may be one of the quorum that made it durable. A leader commits before its own
 *       disk has the entry (ADR 0007), so with three members the other copy may be on one other
 *       only, in a message when that one was asked, or as damaged as here.
 *   <li>The name of the hole's end says nothing of the entries before it: those may be committed
 *       although the last one is not.
 * </ol>
 *
 * <p>So nothing is concluded from an absence, however many say it. The member stays in repair and
 * goes on asking, and says what it lacks and who does not answer. As long as the others have a
 * quorum they commit on, and their next entry at that index ends it one way or the other. If they
 * have none, only whoever has a copy can help; without one, the member must be replaced.
 */
@NullMarked
package org.volvox.consensus.repair;

import org.jspecify.annotations.NullMarked;
