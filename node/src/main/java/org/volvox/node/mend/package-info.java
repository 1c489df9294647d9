/**
 * The repair of a node's damaged log before the node takes part: the shell of {@code
 * consensus.repair}, with a small server of its own for those that repair theirs.
 */
@NullMarked
package org.volvox.node.mend;

import org.jspecify.annotations.NullMarked;
