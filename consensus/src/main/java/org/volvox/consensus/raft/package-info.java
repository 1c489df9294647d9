/**
 * Raft (Ongaro and Ousterhout 2014; Ongaro 2014, the dissertation) as a pure core: inputs in,
 * effects out. {@link org.volvox.consensus.raft.Raft} is the only entry point.
 */
@NullMarked
package org.volvox.consensus.raft;

import org.jspecify.annotations.NullMarked;
