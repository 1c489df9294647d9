/**
 * Majorities of fixed sets of one to seven voters: the only arithmetic that every consensus
 * protocol here shares. It knows no protocol.
 */
@NullMarked
package org.volvox.consensus.quorum;

import org.jspecify.annotations.NullMarked;
