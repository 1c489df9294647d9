/** The command line of the simulator, {@code ./dev sim}: seeds, mutants, scenarios. */
@NullMarked
package org.volvox.verify.sim;

import org.jspecify.annotations.NullMarked;
