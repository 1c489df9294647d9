/**
 * The Paxos world: one to five of the real cores over a faulty network and disks that forget what
 * was not synced, clients that read and change registers through any node, and the oracles that
 * watch. {@link org.volvox.worlds.paxos.PaxosWorld} runs one seed.
 */
@NullMarked
package org.volvox.worlds.paxos;

import org.jspecify.annotations.NullMarked;
