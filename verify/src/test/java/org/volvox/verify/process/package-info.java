/** Tests of clusters of real processes. */
@NullMarked
package org.volvox.verify.process;

import org.jspecify.annotations.NullMarked;
