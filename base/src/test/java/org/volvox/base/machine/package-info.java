/** Tests of the batches that state machines are given. */
@NullMarked
package org.volvox.base.machine;

import org.jspecify.annotations.NullMarked;
