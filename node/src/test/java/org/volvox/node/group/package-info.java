/** Tests of the Raft group of a node. */
@NullMarked
package org.volvox.node.group;

import org.jspecify.annotations.NullMarked;
