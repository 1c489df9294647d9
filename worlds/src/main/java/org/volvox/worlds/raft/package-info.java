/**
 * The Raft world: one to seven of the real cores on the real log format over faulty disks, a faulty
 * network and drifting clocks, a replicated key-value machine with sessions, clients that retry,
 * and the oracles that watch. {@link org.volvox.worlds.raft.RaftWorld} runs one seed, {@link
 * org.volvox.worlds.raft.Campaign} many, {@link org.volvox.worlds.raft.ScenarioRunner} a scenario.
 */
@NullMarked
package org.volvox.worlds.raft;

import org.jspecify.annotations.NullMarked;
