/** Tests of what nodes measure. */
@NullMarked
package org.volvox.node.measure;

import org.jspecify.annotations.NullMarked;
