/**
 * The folders of a cluster and of a node on disk: what is where, who may open it, and the few small
 * files that say which cluster and node this is. {@link org.volvox.node.folder.ClusterFolder} is
 * the whole cluster as {@code up} makes it, {@link org.volvox.node.folder.NodeFolder} the one
 * folder that a node needs.
 *
 * <pre>
 * DIR/cluster.json            cluster id, format version, nodes and addresses, local or not
 * DIR/ca/                     the cluster's authority: key.pem, cert.pem
 * DIR/client/                 a user's key.pem, cert.pem, ca.pem
 * DIR/nK/LOCK                 locked by the running node; holds its process id
 * DIR/nK/meta                 format version, cluster id, node id, incarnation
 * DIR/nK/clock                the block of clock values and event numbers that is reserved
 * DIR/nK/node.json            this node and its peers
 * DIR/nK/tls/                 key.pem, cert.pem, ca.pem
 * DIR/nK/wal/ state/ blocks/ events/ sock node.log pid
 * </pre>
 */
@NullMarked
package org.volvox.node.folder;

import org.jspecify.annotations.NullMarked;
