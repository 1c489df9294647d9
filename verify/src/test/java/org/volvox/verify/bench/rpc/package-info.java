/** Tests of the bench of calls: options, tables, and that both sides of each peer work. */
@NullMarked
package org.volvox.verify.bench.rpc;

import org.jspecify.annotations.NullMarked;
