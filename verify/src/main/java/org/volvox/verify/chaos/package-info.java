/**
 * Chaos on real processes: nodes in network and mount namespaces of their own, each on a disk of
 * its own that can lose its power; clients that write, read, upload and run; faults by a schedule
 * that a seed draws; histories that are judged, and a page that shows the run. {@code ./dev chaos}.
 */
@NullMarked
package org.volvox.verify.chaos;

import org.jspecify.annotations.NullMarked;
