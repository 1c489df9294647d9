/** Short runs of the soaks. */
@NullMarked
package org.volvox.verify.soak;

import org.jspecify.annotations.NullMarked;
