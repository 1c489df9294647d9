/** Tests of the repair of a log. */
@NullMarked
package org.volvox.consensus.repair;

import org.jspecify.annotations.NullMarked;
