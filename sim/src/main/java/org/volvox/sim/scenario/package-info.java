/** A small text language for scenarios: one verb a line. */
@NullMarked
package org.volvox.sim.scenario;

import org.jspecify.annotations.NullMarked;
