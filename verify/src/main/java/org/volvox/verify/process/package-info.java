/**
 * Clusters of real processes, driven as a user drives them: by the command. For tests, soaks and
 * benchmarks; waits are for conditions, with deadlines, and what was started is ended.
 */
@NullMarked
package org.volvox.verify.process;

import org.jspecify.annotations.NullMarked;
