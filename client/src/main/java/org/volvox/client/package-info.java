/** Placeholder. */
@NullMarked
package org.volvox.client;

import org.jspecify.annotations.NullMarked;
