/** Faults, and plans of faults drawn from a seed. */
@NullMarked
package org.volvox.sim.fault;

import org.jspecify.annotations.NullMarked;
