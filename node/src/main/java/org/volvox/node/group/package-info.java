/**
 * The shell around a Raft core: {@link org.volvox.node.group.RaftGroup} owns the thread that steps
 * it, the thread that writes its log, and the thread that applies what is committed.
 */
@NullMarked
package org.volvox.node.group;

import org.jspecify.annotations.NullMarked;
