/**
 * The commands about the machines: up, down, nodes, node, net, events; and {@link
 * org.volvox.cli.cluster.LocalCluster}, which starts and stops the node processes of this machine.
 */
@NullMarked
package org.volvox.cli.cluster;

import org.jspecify.annotations.NullMarked;
