/** Tests of the world of watches, leases and locks. */
@NullMarked
package org.volvox.worlds.keys;

import org.jspecify.annotations.NullMarked;
