/**
 * The data path of a node: blocks go from the entry node straight to the nodes that the placement
 * table names, and a node that lacks some fetches them from the others.
 */
@NullMarked
package org.volvox.node.block;

import org.jspecify.annotations.NullMarked;
