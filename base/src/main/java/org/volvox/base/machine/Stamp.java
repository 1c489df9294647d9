package org.volvox.base.machine;

import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;

/**
 * Put on a command by the leader that proposes it; {@code wall} is data and made monotone in state.
 */
public record Stamp(WallTime wall, LamportTime clock) {}
