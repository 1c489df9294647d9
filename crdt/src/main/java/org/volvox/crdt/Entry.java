package org.volvox.crdt;

import org.volvox.base.Bytes;
import org.volvox.base.clock.HybridTime;

/** What a change wrote, and when by the hybrid clock of its replica. */
public record Entry(HybridTime at, Bytes content) {}
