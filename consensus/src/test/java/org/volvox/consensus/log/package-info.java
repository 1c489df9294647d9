/** Tests of the log: torn ends, damage, models. */
@NullMarked
package org.volvox.consensus.log;

import org.jspecify.annotations.NullMarked;
