/** A disk in memory whose un-synced sectors a crash loses or tears. */
@NullMarked
package org.volvox.sim.disk;

import org.jspecify.annotations.NullMarked;
