/** Tests of the data path's parts. */
@NullMarked
package org.volvox.node.block;

import org.jspecify.annotations.NullMarked;
