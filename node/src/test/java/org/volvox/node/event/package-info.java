/** Tests of the journal and the clock. */
@NullMarked
package org.volvox.node.event;

import org.jspecify.annotations.NullMarked;
