/** Tests of the form of a backup. */
@NullMarked
package org.volvox.base.backup;

import org.jspecify.annotations.NullMarked;
