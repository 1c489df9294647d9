/** Placeholder. */
@NullMarked
package org.volvox.rpc;

import org.jspecify.annotations.NullMarked;
