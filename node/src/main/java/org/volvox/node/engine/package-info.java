/**
 * The boundary below the kernel: {@link org.volvox.node.engine.LogEngine} is whoever can keep a
 * replicated log, and what of a node is known to one engine only is behind it. {@link
 * org.volvox.node.engine.RaftEngine} is the node's own; others are found as services.
 */
@NullMarked
package org.volvox.node.engine;

import org.jspecify.annotations.NullMarked;
