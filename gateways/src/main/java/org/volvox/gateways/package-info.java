/**
 * Well-known protocols in front of the cluster, each a thin adapter over the client library: {@link
 * org.volvox.gateways.http} and {@link org.volvox.gateways.jsonrpc}. {@link
 * org.volvox.gateways.ServiceCalls} is what they call.
 */
@NullMarked
package org.volvox.gateways;

import org.jspecify.annotations.NullMarked;
