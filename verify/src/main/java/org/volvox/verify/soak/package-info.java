/**
 * Long runs of real processes under faults: what was acknowledged is remembered, and at the end all
 * of it must be there, on as many nodes as promised.
 */
@NullMarked
package org.volvox.verify.soak;

import org.jspecify.annotations.NullMarked;
