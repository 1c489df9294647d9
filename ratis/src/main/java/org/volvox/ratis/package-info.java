/**
 * The replicated log by Apache Ratis, in the place of the node's own Raft: {@link
 * org.volvox.ratis.RatisEngine} is found as a service. What Ratis sends goes over the node's own
 * connections ({@link org.volvox.ratis.PeerRpc}), what it commits into the node's own state machine
 * ({@link org.volvox.ratis.KernelMachine}).
 *
 * <p>Ratis counts entries from 0, which a node's state takes for none: entry i of Ratis is entry i
 * + 1 of the node ({@link org.volvox.ratis.Indexes}).
 */
@NullMarked
package org.volvox.ratis;

import org.jspecify.annotations.NullMarked;
