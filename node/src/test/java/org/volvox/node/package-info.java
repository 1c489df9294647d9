/** Tests of whole nodes. */
@NullMarked
package org.volvox.node;

import org.jspecify.annotations.NullMarked;
