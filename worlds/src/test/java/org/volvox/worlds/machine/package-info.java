/** Tests of the machine's world. */
@NullMarked
package org.volvox.worlds.machine;

import org.jspecify.annotations.NullMarked;
