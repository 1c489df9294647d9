/** Placeholder. */
@NullMarked
package org.volvox.calls;

import org.jspecify.annotations.NullMarked;
