/** Tests of the clocks' world: the textbook run, scripts, refusals, properties and searches. */
@NullMarked
package org.volvox.worlds.clock;

import org.jspecify.annotations.NullMarked;
