/** Every command and call under a bad network, and whether the matrix would see what is wrong. */
@NullMarked
package org.volvox.verify.fallacies;

import org.jspecify.annotations.NullMarked;
