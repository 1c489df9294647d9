/** Tests of duties that need no cluster. */
@NullMarked
package org.volvox.node.duty;

import org.jspecify.annotations.NullMarked;
