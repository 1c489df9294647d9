/**
 * Services over JSON-RPC 1.0 as Go's net/rpc/jsonrpc speaks it, under TLS 1.3 where both ends show
 * a certificate of the cluster: {@link org.volvox.gateways.jsonrpc.JsonRpcGateway} listens.
 */
@NullMarked
package org.volvox.gateways.jsonrpc;

import org.jspecify.annotations.NullMarked;
