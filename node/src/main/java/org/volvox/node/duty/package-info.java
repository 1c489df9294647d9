/**
 * What a node does on its own account: a leader places processes, ends silent sessions and clears
 * away; every node deletes the blocks that the state has given up.
 */
@NullMarked
package org.volvox.node.duty;

import org.jspecify.annotations.NullMarked;
