/**
 * The two sides of each way to call that takes part in `./dev bench rpc`: what serves and what
 * calls, with as little around the library as there can be.
 */
@NullMarked
package org.volvox.verify.bench.rpc.peer;

import org.jspecify.annotations.NullMarked;
