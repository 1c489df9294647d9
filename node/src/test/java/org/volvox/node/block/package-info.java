/** The blocks of one node. */
@NullMarked
package org.volvox.node.block;

import org.jspecify.annotations.NullMarked;
