/**
 * What a replicated state machine is: commands in log order go in, results and changed keys come
 * out. It does not know which engine orders the log.
 */
@NullMarked
package org.volvox.base.machine;

import org.jspecify.annotations.NullMarked;
