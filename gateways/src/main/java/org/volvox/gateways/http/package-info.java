/**
 * Services over HTTP and JSON: {@link org.volvox.gateways.http.HttpGateway} answers below {@code
 * /rpc/}. Whoever serves it has checked the Host; the rest is checked here.
 */
@NullMarked
package org.volvox.gateways.http;

import org.jspecify.annotations.NullMarked;
