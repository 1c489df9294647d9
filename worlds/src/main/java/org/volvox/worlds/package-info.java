/**
 * Simulated clusters of the real cores: what `./dev sim` and the lab run. {@link
 * org.volvox.worlds.SimDigest} is what tests of determinism compare.
 */
@NullMarked
package org.volvox.worlds;

import org.jspecify.annotations.NullMarked;
