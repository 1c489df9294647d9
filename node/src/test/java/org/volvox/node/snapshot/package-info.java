/** Tests of how snapshots are served and fetched. */
@NullMarked
package org.volvox.node.snapshot;

import org.jspecify.annotations.NullMarked;
