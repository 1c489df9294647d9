package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;

/**
 * Who this process is on all its connections.
 *
 * @param node this node; empty in a client
 * @param incarnation how often this node's folder was started; 0 in a client
 */
public record LocalEnd(
    ClusterId cluster, Optional<NodeId> node, long incarnation, ClockSource clock) {}
