/** Tests of sessions, processes and the scheduler over an in-memory store. */
@NullMarked
package org.volvox.kernel;

import org.jspecify.annotations.NullMarked;
