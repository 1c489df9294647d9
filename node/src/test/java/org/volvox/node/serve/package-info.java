/** Tests of what serves calls and needs no cluster. */
@NullMarked
package org.volvox.node.serve;

import org.jspecify.annotations.NullMarked;
