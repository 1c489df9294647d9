/**
 * Runs of a few nodes that only exchange messages, played from a script, with the Lamport, vector
 * and hybrid clocks of {@code base.clock} side by side; what must hold of them; and the shortest
 * runs that break it when a rule is broken. The lab and {@code ./dev sim clocks} stand on it.
 */
@NullMarked
package org.volvox.worlds.clock;

import org.jspecify.annotations.NullMarked;
