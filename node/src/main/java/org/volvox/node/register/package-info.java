/**
 * Registers of a node: {@link org.volvox.node.register.RegisterHost} runs the Paxos core with its
 * own store and threads, beside the Raft group and without it; {@link
 * org.volvox.node.register.RegisterService} answers clients; {@link
 * org.volvox.node.register.RegisterDuties} has the acceptors follow the cluster's voters.
 */
@NullMarked
package org.volvox.node.register;

import org.jspecify.annotations.NullMarked;
