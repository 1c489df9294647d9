/**
 * What the worlds of single seeds share: what is counted ({@link org.volvox.worlds.seed.Tally}),
 * how a run ended ({@link org.volvox.worlds.seed.Outcome}), many runs in a row ({@link
 * org.volvox.worlds.seed.Campaign}) and the names of broken rules.
 */
@NullMarked
package org.volvox.worlds.seed;

import org.jspecify.annotations.NullMarked;
