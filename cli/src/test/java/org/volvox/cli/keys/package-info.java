/** Tests of what {@code volvox keys} reads. */
@NullMarked
package org.volvox.cli.keys;

import org.jspecify.annotations.NullMarked;
