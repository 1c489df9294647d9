/** Placeholder. */
@NullMarked
package org.volvox.cli;

import org.jspecify.annotations.NullMarked;
