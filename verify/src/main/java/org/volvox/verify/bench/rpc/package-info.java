/**
 * Calls beside other people's: ours, Java RMI, gRPC, and a raw echo as the limit, each with a
 * server and a caller in a process of its own, told by lines what to do and asked for what it saw.
 */
@NullMarked
package org.volvox.verify.bench.rpc;

import org.jspecify.annotations.NullMarked;
