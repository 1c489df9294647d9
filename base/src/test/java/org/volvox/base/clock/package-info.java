/** Tests of the logical clocks. */
@NullMarked
package org.volvox.base.clock;

import org.jspecify.annotations.NullMarked;
