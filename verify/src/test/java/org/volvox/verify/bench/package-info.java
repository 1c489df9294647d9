/** Tests of the benchmarks: that peers answer, and that figures are worked out right. */
@NullMarked
package org.volvox.verify.bench;

import org.jspecify.annotations.NullMarked;
