/** Looks at what a node that does not run has on its disk, for {@code volvox fs check}. */
@NullMarked
package org.volvox.node.check;

import org.jspecify.annotations.NullMarked;
