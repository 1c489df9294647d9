/** Tests of the snapshot stream. */
@NullMarked
package org.volvox.base.snapshot;

import org.jspecify.annotations.NullMarked;
