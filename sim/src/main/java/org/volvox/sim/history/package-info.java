/** What clients saw, and whether one order of single steps explains it (Herlihy and Wing 1990). */
@NullMarked
package org.volvox.sim.history;

import org.jspecify.annotations.NullMarked;
