/** Two minutes of chaos, and a broken build that it must catch. */
@NullMarked
package org.volvox.verify.chaos;

import org.jspecify.annotations.NullMarked;
