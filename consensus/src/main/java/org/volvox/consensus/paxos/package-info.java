/**
 * Paxos without a leader: single-decree Paxos (Lamport 2001, "Paxos Made Simple") for one value
 * that is chosen for ever, and CASPaxos (Rystsov 2018) for a register by each key that any node
 * changes by a function. Pure: {@link org.volvox.consensus.paxos.Paxos} is the core of one node,
 * proposer and acceptor for all keys.
 *
 * <p>What the cores rest on, named where it is broken in tests by {@link
 * org.volvox.consensus.paxos.PaxosRules}:
 *
 * <ol>
 *   <li>An acceptor promises and accepts nothing below what it promised, and answers only when that
 *       is durable.
 *   <li>A proposer builds on the value of the highest ballot that a majority told, and proposes one
 *       value in a ballot; a ballot is never used again, not after a restart either.
 *   <li>A read, or a change that leaves things as they are, is answered only when what it saw is
 *       chosen: a majority holds it by one ballot, or it has been accepted once more.
 *   <li>A register remembers who changed it last, so that a change whose round was taken over by
 *       another node takes effect once.
 * </ol>
 */
@NullMarked
package org.volvox.consensus.paxos;

import org.jspecify.annotations.NullMarked;
