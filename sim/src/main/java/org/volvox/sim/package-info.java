/**
 * A deterministic world in one thread: an event queue over virtual time, a network that loses and
 * reorders, disks that tear, faults drawn from a seed, a language for scenarios, a checker of
 * histories, traces and their minimizer. It knows no protocol; {@code worlds} puts one in.
 *
 * <p>Time is an int of microseconds (35 minutes at most), because the browser's long is slow. All
 * that iterates does so in a fixed order: the same seed gives the same {@link
 * org.volvox.sim.Digest} everywhere.
 */
@NullMarked
package org.volvox.sim;

import org.jspecify.annotations.NullMarked;
