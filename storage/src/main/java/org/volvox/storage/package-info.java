/** Placeholder. */
@NullMarked
package org.volvox.storage;

import org.jspecify.annotations.NullMarked;
