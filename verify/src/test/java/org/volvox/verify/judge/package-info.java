/** Short runs of the judges. */
@NullMarked
package org.volvox.verify.judge;

import org.jspecify.annotations.NullMarked;
