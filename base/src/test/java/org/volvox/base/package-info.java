/** Tests of the base, and the contracts of its interfaces as tests to extend. */
@NullMarked
package org.volvox.base;

import org.jspecify.annotations.NullMarked;
