/** Tests of key spaces over an in-memory store, and a naive model of them. */
@NullMarked
package org.volvox.kernel.keys;

import org.jspecify.annotations.NullMarked;
