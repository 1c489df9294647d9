package org.volvox.client;

import java.time.Duration;
import org.volvox.base.Api;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;

/**
 * How old a stale answer may be.
 *
 * @param node whose state it came from
 * @param index the state was that after this entry of the log
 * @param age since when that node has heard of no leader that a quorum follows; what was written
 *     within it, and what the node had not applied yet, may be missing
 */
@Api
public record Staleness(NodeId node, LogIndex index, Duration age) {}
