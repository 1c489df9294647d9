/**
 * The client library: {@link org.volvox.client.Volvox#connect} enters a cluster through one node,
 * goes on at another when that one dies, and gives its files, its processes and the cluster itself.
 * Blocking calls, meant for virtual threads. Public API is what is marked {@link
 * org.volvox.base.Api}.
 *
 * <p>How it is made: {@code Connections} keeps one connection to each node it needs; {@code
 * Requests} brings commands (with a request id, until the outcome is known or time is up) and
 * queries to an entry node; {@code Upload} and {@code Download} move blocks with a few in flight.
 */
@NullMarked
package org.volvox.client;

import org.jspecify.annotations.NullMarked;
