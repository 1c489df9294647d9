/**
 * The world of calls of services: callers and hosts with the real cores, a registry whose leases
 * lapse late, connections that break for one side before the other, and the oracles that watch.
 * {@link org.volvox.worlds.rpc.RpcWorld} runs one seed.
 */
@NullMarked
package org.volvox.worlds.rpc;

import org.jspecify.annotations.NullMarked;
