/** Tests of data that merges. */
@NullMarked
package org.volvox.crdt;

import org.jspecify.annotations.NullMarked;
