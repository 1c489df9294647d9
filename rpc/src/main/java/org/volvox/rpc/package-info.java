/**
 * The shells of {@code calls}: sockets, TLS and threads. {@link org.volvox.rpc.RpcServer} and
 * {@link org.volvox.rpc.PeerLinks} run on Netty in a node, {@link
 * org.volvox.rpc.BlockingConnection} on blocking sockets in a client, where Netty would cost a
 * third of a second of start. This module moves bytes; it has never heard of Raft.
 */
@NullMarked
package org.volvox.rpc;

import org.jspecify.annotations.NullMarked;
